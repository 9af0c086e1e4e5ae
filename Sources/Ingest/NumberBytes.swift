import Carrier

/// Looks for a parcel number anywhere in some bytes, also within a longer word: in files of fixed width columns stand
/// side by side without anything between them.
struct NumberBytes: Sendable {
  private let number: [UInt8]

  init(_ parcel: ParcelNumber) { number = Array(parcel.description.utf8) }

  func isFound(in bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= number.count else { return false }
    for start in 0...(bytes.count - number.count) where isFound(in: bytes, at: start) {
      return true
    }
    return false
  }

  private func isFound(in bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
    for (index, expected) in number.enumerated() {
      let byte = bytes[start + index]
      guard byte == expected || (byte.isASCIILetter && byte & 0xdf == expected) else {
        return false
      }
    }
    return true
  }
}
