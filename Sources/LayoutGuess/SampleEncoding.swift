import TrackingFile

/// The encoding that the bytes of a sample show.
public enum SampleEncoding: String, Sendable {
  case ascii
  case utf8 = "utf-8"
  case windows1252 = "windows-1252"
  case iso885915 = "iso-8859-15"
  case cp850
  case utf16 = "utf-16"
  /// Some lines are UTF-8, others are not.
  case mixed

  /// The word of a layout. `auto` reads UTF-8 and Windows-1252, also in one file.
  public var layoutWord: String {
    switch self {
    case .ascii, .utf8, .windows1252, .mixed: "auto"
    case .iso885915, .cp850, .utf16: rawValue
    }
  }

  /// What the bytes of some lines are, and how sure that is.
  init(of lines: [[UInt8]], certainty: inout Certainty) {
    let high = lines.filter { $0.contains { $0 >= 0x80 } }
    certainty = .certain
    guard !high.isEmpty else {
      self = .ascii
      return
    }
    let valid = high.count { String(validating: $0, as: UTF8.self) != nil }
    if valid == high.count {
      self = .utf8
      return
    }
    if valid > 0, valid * 10 >= high.count {
      certainty = .likely
      self = .mixed
      return
    }
    let score = LetterCount(high)
    if score.cp850 > 0, score.latin == 0 || score.cp850 > 4 * score.latin {
      certainty = score.cp850 >= 2 && score.latin == 0 ? .certain : .likely
      self = .cp850
    } else if score.latin9 > 0, score.controls == 0 {
      certainty = .likely
      self = .iso885915
    } else {
      certainty = score.latin > 0 ? .certain : .likely
      self = .windows1252
    }
  }

  func decode(_ bytes: [UInt8]) -> String {
    let encoding: TextEncoding =
      switch self {
      case .ascii, .utf8, .utf16, .mixed: .auto
      case .windows1252: .windows1252
      case .iso885915: .latin9
      case .cp850: .cp850
      }
    return encoding.decode(bytes[...])
  }
}

/// How many bytes are a letter of French or Dutch in each of the encodings with one byte a character.
private struct LetterCount {
  var cp850 = 0
  var latin = 0
  /// Letters that ISO-8859-15 has in place of fractions and signs.
  var latin9 = 0
  /// Bytes that are control characters in ISO-8859-15.
  var controls = 0

  init(_ lines: [[UInt8]]) {
    for line in lines {
      for (index, byte) in line.enumerated() where byte >= 0x80 {
        let isAfterLetter = index > 0 && (line[index - 1] | 0x20) &- 0x61 < 26
        let isBeforeLetter = index + 1 < line.count && (line[index + 1] | 0x20) &- 0x61 < 26
        if byte < 0xa0 { controls += 1 }
        guard isAfterLetter || isBeforeLetter else { continue }
        if Self.cp850Letters.contains(byte) { cp850 += 1 }
        if Self.latinLetters.contains(byte) { latin += 1 }
        if byte == 0xbd || byte == 0xbc, isBeforeLetter { latin9 += 1 }
      }
    }
  }

  private static let cp850Letters = Set<UInt8>([
    0x82, 0x83, 0x85, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x90, 0x93, 0x96, 0x97, 0xb7, 0xd2, 0xd4,
  ])
  private static let latinLetters = Set<UInt8>([
    0xc0, 0xc7, 0xc8, 0xc9, 0xca, 0xe0, 0xe2, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xee, 0xef, 0xf4, 0xf9,
    0xfb,
  ])
}
