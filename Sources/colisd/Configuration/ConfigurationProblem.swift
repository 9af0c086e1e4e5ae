import Views

/// A fault in a file of the configuration: `file:line:column: sentence`.
package struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Place: Hashable, Sendable {
    package var line: Int
    package var column: Int
  }

  var file: String
  /// Nil where the fault is that the file is not there.
  package var place: Place?
  var sentence: String

  package var description: String {
    if let place {
      "\(singleLine(file)):\(place.line):\(place.column): \(Self.onOneLine(sentence))"
    } else {
      "\(singleLine(file)): \(Self.onOneLine(sentence))"
    }
  }

  /// Keys and values of the file are part of the sentence. Quoted YAML can have line feeds and control
  /// characters in any number, so the text is escaped and cut.
  private static func onOneLine(_ sentence: String) -> String {
    let text = singleLine(String(sentence.unicodeScalars.prefix(longestSentence)))
    return sentence.unicodeScalars.count > longestSentence ? text + "…" : text
  }

  private static let longestSentence = 500
}
