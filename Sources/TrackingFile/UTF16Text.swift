/// Turns UTF-16 into UTF-8 piece by piece, so that the parsers need to know UTF-8 only.
struct UTF16Text {
  private let isBigEndian: Bool
  /// The first byte of a code unit if the second one has not come yet.
  private var half: UInt8?
  /// The first surrogate of a pair if the second one has not come yet.
  private var high: UInt16?

  /// How many bytes show whether a file is UTF-16.
  static let looked = 4

  private init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Recognises UTF-16 by the first bytes of a file: a byte order mark, or zero bytes of two ASCII characters,
  /// which no other encoding has; where the layout says UTF-16, of one.
  /// - Returns: also how many bytes the mark has.
  static func recognised(
    _ bytes: UnsafeRawBufferPointer, _ encoding: TextEncoding
  ) -> (UTF16Text, markLength: Int)? {
    guard bytes.count >= 2 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0xfe, 0xff): return (UTF16Text(isBigEndian: true), 2)
    case (0xff, 0xfe): return (UTF16Text(isBigEndian: false), 2)
    default: break
    }
    func isText(_ byte: UInt8) -> Bool {
      (0x20..<0x7f).contains(byte) || [0x09, lineFeed, carriageReturn].contains(byte)
    }
    let pairs = stride(from: 0, to: min(bytes.count, looked) - 1, by: 2).map {
      (bytes[$0], bytes[$0 + 1])
    }
    let big = pairs.count { $0.0 == 0 && isText($0.1) }
    let little = pairs.count { isText($0.0) && $0.1 == 0 }
    let needed = encoding == .utf16 ? 1 : 2
    guard max(big, little) >= needed, big == 0 || little == 0 else { return nil }
    return (UTF16Text(isBigEndian: big > 0), 0)
  }

  /// Whether the bytes so far end with a complete character.
  var isComplete: Bool { half == nil && high == nil }

  /// How many bytes one input byte may produce: U+FFFD for a single surrogate, and the character after it.
  static let mostWritten = 6

  /// Converts as much of `input` as fits; a single surrogate becomes U+FFFD.
  mutating func convert(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (taken: Int, written: Int) {
    var taken = 0
    var written = 0
    func put(_ scalar: Unicode.Scalar) {
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        output[written] = byte
        written += 1
      }
    }
    while taken < input.count, written + Self.mostWritten <= output.count {
      let byte = input[taken]
      taken += 1
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let unit =
        isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
      if let before = high {
        high = nil
        if UTF16.isTrailSurrogate(unit) {
          let value = 0x10000 + (UInt32(before) - 0xd800) << 10 + (UInt32(unit) - 0xdc00)
          put(Unicode.Scalar(value) ?? Self.replacement)
          continue
        }
        put(Self.replacement)
      }
      if UTF16.isLeadSurrogate(unit) {
        high = unit
      } else {
        put(Unicode.Scalar(unit) ?? Self.replacement)
      }
    }
    return (taken, written)
  }

  private static let replacement: Unicode.Scalar = "\u{FFFD}"
}
