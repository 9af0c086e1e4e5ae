/// The encoding of the texts of a file.
///
/// French systems write UTF-8, ISO-8859-1 and Windows-1252. The last two differ only in 0x80–0x9F,
/// where ISO-8859-1 has control characters that no label contains, so both are read as Windows-1252.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// Field by field: what is valid UTF-8 is UTF-8, everything else Windows-1252. French text in
  /// Windows-1252 is practically never valid UTF-8 by accident, and a file whose lines come from
  /// several systems is still read right. UTF-16 is recognised by its first bytes.
  case auto
  case utf8 = "utf-8"
  case windows1252 = "windows-1252"
  /// As Windows-1252, but with € instead of ¤ and seven more letters in places that no rule can tell apart.
  case latin9 = "iso-8859-15"
  /// What French DOS programs and consoles write.
  case cp850
  /// UTF-16, also without a byte order mark.
  case utf16 = "utf-16"

  /// The encoding of a file's lines after UTF-16 was turned into UTF-8.
  public var ofLines: TextEncoding { self == .utf16 ? .auto : self }

  /// The characters 0x80–0xFF; nil: a character may have several bytes.
  private var codePage: [UInt16]? {
    switch self {
    case .windows1252: CodePage.windows1252
    case .latin9: CodePage.latin9
    case .cp850: CodePage.cp850
    case .auto, .utf8, .utf16: nil
    }
  }

  /// Whether each character has one byte.
  var isSingleByte: Bool {
    switch self {
    case .windows1252, .latin9, .cp850: true
    case .auto, .utf8, .utf16: false
    }
  }

  /// The no-break space where a character has one byte. In UTF-8 the byte is a part of other characters.
  var noBreakSpace: UInt8 { self == .cp850 ? 0xff : 0xa0 }

  /// The text of some bytes. Invalid UTF-8 becomes U+FFFD if the layout says UTF-8.
  public func decode(_ bytes: ArraySlice<UInt8>) -> String {
    if let codePage { return CodePage.decode(bytes, codePage) }
    if self == .utf8 { return String(decoding: bytes, as: UTF8.self) }
    return String(validating: bytes, as: UTF8.self)
      ?? CodePage.decode(bytes, CodePage.windows1252)
  }

  /// The bytes of a text in this encoding; with `auto` those of UTF-8.
  /// - Returns: nil if it has not every character.
  func encode(_ text: String) -> [UInt8]? {
    if let codePage { return CodePage.encode(text, codePage) }
    return Array(text.utf8)
  }

  /// Whether the bytes are valid in this encoding; only with UTF-8 they may not be.
  func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    self != .utf8 || String(validating: bytes, as: UTF8.self) != nil
  }
}
