import Carrier

/// Looks at the beginning of a file for letters that are probably not what their encoding says.
struct TextDoubts {
  private(set) var found: TextDoubt?
  private var looked = 0

  /// How many bytes of a file are looked at.
  private static let most = 64 * 1024

  var isLooking: Bool { found == nil && looked < Self.most }

  /// Looks at the next lines of the file.
  mutating func look(at bytes: UnsafeRawPointer, count: Int, _ encoding: TextEncoding) {
    let text = UnsafeRawBufferPointer(start: bytes, count: min(count, Self.most - looked))
    looked += text.count
    // Eight bytes at a time: most have no accents.
    var index = 0
    while index < text.count {
      if index + 8 <= text.count,
        text.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
        continue
      }
      let end = min(index + 8, text.count)
      while index < end {
        if text[index] >= 0x80, let doubt = Self.doubt(text, index, encoding) {
          found = doubt
          return
        }
        index += 1
      }
    }
  }

  private static func doubt(
    _ text: UnsafeRawBufferPointer, _ index: Int, _ encoding: TextEncoding
  ) -> TextDoubt? {
    func byte(_ place: Int) -> UInt8 { text.indices.contains(place) ? text[place] : 0x20 }
    switch encoding {
    case .auto, .utf8:
      // Ã, and after it what Windows-1252 has in the place of a continuation byte.
      if byte(index) == 0xc3, byte(index + 1) == 0x83,
        [0xc2, 0xe2, 0xc6].contains(byte(index + 2)),
        byte(index + 3) & 0xc0 == 0x80
      {
        return .encodedTwice
      }
      return encoding == .auto && isCodePage850(byte(index - 1), byte(index), byte(index + 1))
        ? .codePage850 : nil
    case .windows1252, .latin9:
      return isCodePage850(byte(index - 1), byte(index), byte(index + 1)) ? .codePage850 : nil
    case .cp850, .utf16: return nil
    }
  }

  /// Whether a byte is a letter in code page 850, and in Windows-1252 something that does not stand between two
  /// letters; `é`, which is a low quote there, not after a letter.
  private static func isCodePage850(_ before: UInt8, _ byte: UInt8, _ after: UInt8) -> Bool {
    guard before.isASCIILetter else { return false }
    if byte == 0x82 { return after < 0x80 }
    // è ê ç â ô û ù ë ï
    return [0x8a, 0x88, 0x87, 0x83, 0x93, 0x96, 0x97, 0x89, 0x8b].contains(byte)
      && after.isASCIILetter
  }
}
