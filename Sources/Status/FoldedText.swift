import Foundation

/// A wording without what files write differently: case, accents, apostrophes, ligatures, white
/// space and invisible characters.
///
/// ```swift
/// FoldedText("L’Œuvre  EST  arrivée ") == FoldedText("l'oeuvre est arrivee")  // true
/// ```
struct FoldedText: Hashable, Sendable {
  /// UTF-8, so that comparing is comparing bytes.
  let bytes: [UInt8]

  init(_ text: String) {
    var folded = ""
    var pendingSpace = false
    for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
      let properties = scalar.properties
      if properties.isWhitespace {
        pendingSpace = !folded.isEmpty
        continue
      }
      // Accents stand apart after decomposition; soft hyphens, zero-width spaces and byte order
      // marks come along when texts are copied from web pages.
      if properties.generalCategory == .nonspacingMark || properties.isDefaultIgnorableCodePoint {
        continue
      }
      if pendingSpace {
        folded.append(" ")
        pendingSpace = false
      }
      switch scalar {
      case "\u{2018}", "\u{2019}", "\u{02BC}", "\u{2032}", "\u{00B4}", "`": folded.append("'")
      case "œ", "Œ": folded.append("oe")
      case "æ", "Æ": folded.append("ae")
      default: folded.append(properties.lowercaseMapping)
      }
    }
    bytes = Array(folded.utf8)
  }

  var isEmpty: Bool { bytes.isEmpty }

  func hasPrefix(_ other: FoldedText) -> Bool { bytes.starts(with: other.bytes) }

  func contains(_ other: FoldedText) -> Bool {
    let length = other.bytes.count
    guard length > 0, length <= bytes.count else { return false }
    return (0...bytes.count - length).contains { bytes[$0...].starts(with: other.bytes) }
  }
}
