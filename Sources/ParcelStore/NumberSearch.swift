import Carrier

/// Looks for a parcel number in the bytes of a line, as people and files write it: also with blanks
/// in it, in small letters, or with a postcode after it.
package struct NumberSearch {
  private let number: [UInt8]

  package init(_ parcel: ParcelNumber) { number = Array(parcel.description.utf8) }

  package func isFound(in line: [UInt8]) -> Bool {
    var isInWord = false
    for start in line.indices {
      // What goes before it must not be part of a longer word.
      if !isInWord, matches(line[start...]) { return true }
      isInWord = Self.isLetterOrDigit(line[start])
    }
    return false
  }

  private func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = number[...]
    for byte in bytes {
      guard let next = rest.first else { return true }
      if Self.uppercased(byte) == next {
        rest = rest.dropFirst()
      } else if rest.count == number.count || !Self.isBlank(byte) {
        return false
      }
    }
    return rest.isEmpty
  }

  private static func uppercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit
  }

  /// Also the two bytes of a no-break space.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0xa0 || byte == 0xc2
  }
}
