import Carrier
import Glibc

/// Looks for a parcel number anywhere in some bytes, also within a longer word: in files of fixed width columns stand
/// side by side without anything between them.
struct NumberBytes: Sendable {
  private let number: [UInt8]

  init(_ parcel: ParcelNumber) { number = Array(parcel.description.utf8) }

  func isFound(in bytes: UnsafeRawBufferPointer) -> Bool {
    isFound(in: bytes, skippingBlanks: false)
  }

  /// Whether some bytes may have the number as people write it, with blanks in it: quick, as nearly all lines have
  /// not.
  func mayBe(in bytes: UnsafeRawBufferPointer) -> Bool {
    isFound(in: bytes, skippingBlanks: true)
  }

  private func isFound(in bytes: UnsafeRawBufferPointer, skippingBlanks: Bool) -> Bool {
    number.withUnsafeBufferPointer { number in
      var start = 0
      while let next = Self.next(number[0], in: bytes, from: start) {
        if Self.matches(number, bytes, at: next, skippingBlanks) { return true }
        start = next + 1
      }
      return false
    }
  }

  private static func next(
    _ first: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int
  ) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress else { return nil }
    guard first.isASCIIDigit else {
      return bytes[start...].firstIndex { $0.isASCIILetter && $0 & 0xdf == first }
    }
    guard let found = memchr(base + start, Int32(first), bytes.count - start) else { return nil }
    return base.distance(to: UnsafeRawPointer(found))
  }

  private static func matches(
    _ number: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeRawBufferPointer, at start: Int,
    _ skippingBlanks: Bool
  ) -> Bool {
    var index = 0
    var place = start
    while place < bytes.count {
      let byte = bytes[place]
      if byte == number[index] || (byte.isASCIILetter && byte & 0xdf == number[index]) {
        index += 1
        if index == number.count { return true }
      } else if !skippingBlanks || !isBlank(byte) {
        return false
      }
      place += 1
    }
    return false
  }

  /// Also the two bytes of a no-break space.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0xa0 || byte == 0xc2
  }
}
