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

  /// Keys and values of the file are part of the sentence: quoted YAML can hold line feeds and what moves
  /// a terminal's cursor, and as much of it as it likes.
  private static func onOneLine(_ sentence: String) -> String {
    let text = singleLine(String(sentence.unicodeScalars.prefix(longestSentence)))
    return sentence.unicodeScalars.count > longestSentence ? text + "…" : text
  }

  private static let longestSentence = 500
}

/// All faults that were found at once.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  package var problems: [ConfigurationProblem]

  init(_ problems: [ConfigurationProblem]) {
    self.problems = problems.sorted { left, right in
      (left.file, left.place?.line ?? 0, left.place?.column ?? 0)
        < (right.file, right.place?.line ?? 0, right.place?.column ?? 0)
    }
  }

  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Collects faults while a file is read, so that the user sees all of them at once.
final class ProblemList {
  private(set) var problems: [ConfigurationProblem] = []
  let file: String

  /// More than these help nobody.
  private static let most = 100
  var isFull: Bool { problems.count >= Self.most }

  init(file: String) { self.file = file }

  func add(_ sentence: String, at place: ConfigurationProblem.Place?) {
    guard !isFull else { return }
    problems.append(ConfigurationProblem(file: file, place: place, sentence: sentence))
  }

  func throwIfAny() throws(ConfigurationError) {
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }
}
