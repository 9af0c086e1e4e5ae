/// The encoding of the texts of a file.
///
/// French systems write UTF-8, ISO-8859-1 and Windows-1252. The last two differ only in 0x80–0x9F,
/// where ISO-8859-1 has control characters that no label contains, so both are read as Windows-1252.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// Field by field: what is valid UTF-8 is UTF-8, everything else Windows-1252. French text in
  /// Windows-1252 is practically never valid UTF-8 by accident, and a file whose lines come from
  /// several systems is still read right.
  case auto
  case utf8 = "utf-8"
  case windows1252 = "windows-1252"

  /// The text of some bytes. Invalid UTF-8 becomes U+FFFD if the layout says UTF-8.
  public func decode(_ bytes: ArraySlice<UInt8>) -> String {
    switch self {
    case .utf8: String(decoding: bytes, as: UTF8.self)
    case .windows1252: Self.decodeWindows1252(bytes)
    case .auto: String(validating: bytes, as: UTF8.self) ?? Self.decodeWindows1252(bytes)
    }
  }

  /// Whether the bytes are valid in this encoding; only with UTF-8 they may not be.
  func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    self != .utf8 || String(validating: bytes, as: UTF8.self) != nil
  }

  static func decodeWindows1252(_ bytes: some Sequence<UInt8>) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let mapped =
        (0x80...0x9f).contains(byte) ? highControls[Int(byte) - 0x80] : UInt16(byte)
      scalars.append(Unicode.Scalar(mapped) ?? "\u{FFFD}")
    }
    return String(scalars)
  }

  /// The characters 0x80–0x9F of Windows-1252; the five unassigned bytes are the control characters of
  /// ISO-8859-1 (source: the WHATWG Encoding Standard's index of windows-1252).
  private static let highControls: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
  ]
}
