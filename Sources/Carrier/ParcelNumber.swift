/// Colis Privé's own code of a parcel: twelve characters of `[A-Z0-9]`, held inline. Where a layout admits it,
/// also a number of another form: `init(any:)`.
///
/// ```swift
/// ParcelNumber("991 122 334 455")?.description  // "991122334455"
/// ```
public struct ParcelNumber: Hashable, Sendable {
  /// The first eight characters, the first of them in the highest byte. If the highest bit is set, it is a
  /// longer number in another form.
  public let high: UInt64
  /// The last four characters, likewise.
  public let low: UInt32

  init(high: UInt64, low: UInt32) {
    self.high = high
    self.low = low
  }

  /// How many characters a number of Colis Privé has.
  public static let length = 12

  /// Reads twelve bytes of ASCII; lower-case letters count as upper-case ones.
  /// - Returns: nil when one of the twelve is neither a letter nor a digit.
  @inlinable
  public init?(ascii bytes: UnsafeRawPointer) {
    let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    let low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    let tail = UInt64(low) | 0x3030_3030_0000_0000
    guard let upperHigh = Self.uppercased(high), let upperTail = Self.uppercased(tail) else {
      return nil
    }
    self.high = upperHigh
    self.low = UInt32(upperTail & 0xffff_ffff)
  }

  /// Reads a number as people write it, with or without spaces.
  public init?(_ text: some StringProtocol) {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
    guard bytes.count == Self.length else { return nil }
    let number = bytes.withUnsafeBytes { raw in raw.baseAddress.flatMap { Self(ascii: $0) } }
    guard let number else { return nil }
    self = number
  }

  /// Whether it begins with `HS` or `2R`: such parcels are followed on www.colisprive-store.com.
  var isOfOtherSite: Bool {
    let start = high >> 48
    return start == 0x4853 || start == 0x3252
  }

  /// Eight bytes at once: letters become upper-case; nil when a byte is no letter or digit.
  @inline(__always)
  @usableFromInline
  static func uppercased(_ word: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highBits = ones &* 0x80
    guard word & highBits == 0 else { return nil }
    // Adding (0x80 - n) to a byte below 0x80 sets its high bit exactly when the byte is at least n.
    func atLeast(_ limit: UInt64, _ value: UInt64) -> UInt64 {
      (value &+ ones &* (0x80 &- limit)) & highBits
    }
    let lower = atLeast(0x61, word) & ~atLeast(0x7b, word)
    let upper = word &- (lower >> 2)
    let digit = atLeast(0x30, upper) & ~atLeast(0x3a, upper)
    let letter = atLeast(0x41, upper) & ~atLeast(0x5b, upper)
    return digit | letter == highBits ? upper : nil
  }
}

extension ParcelNumber: CustomStringConvertible {
  public var description: String {
    guard isColisPrive else { return String(decoding: characters, as: UTF8.self) }
    return String(unsafeUninitializedCapacity: Self.length) { buffer in
      for index in 0..<8 {
        buffer[index] = UInt8(high >> UInt64(56 - 8 * index) & 0xff)
      }
      for index in 0..<4 {
        buffer[8 + index] = UInt8(low >> UInt32(24 - 8 * index) & 0xff)
      }
      return Self.length
    }
  }
}

extension ParcelNumber: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
