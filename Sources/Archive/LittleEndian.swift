/// The numbers of ZIP headers, which have their lowest byte first.
extension ArraySlice<UInt8> {
  /// - Parameter offset: from the slice's start; there must be two bytes.
  func number16(at offset: Int) -> Int {
    Int(self[startIndex + offset]) | Int(self[startIndex + offset + 1]) << 8
  }

  /// - Parameter offset: from the slice's start; there must be four bytes.
  func number32(at offset: Int) -> Int {
    number16(at: offset) | number16(at: offset + 2) << 16
  }

  /// - Returns: nil for a number that is larger than `Int.max`.
  func number64(at offset: Int) -> Int? {
    let high = number32(at: offset + 4)
    return high > 0x7fff_ffff ? nil : number32(at: offset) | high << 32
  }
}
