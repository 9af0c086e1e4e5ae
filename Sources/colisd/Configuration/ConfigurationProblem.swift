/// A fault in a file of the configuration: `file:line:column: sentence`.
struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
  struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
  }

  var file: String
  /// Nil where the fault is that the file is not there.
  var place: Place?
  var sentence: String

  var description: String {
    if let place {
      "\(file):\(place.line):\(place.column): \(sentence)"
    } else {
      "\(file): \(sentence)"
    }
  }
}

/// All faults that were found at once.
struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  var problems: [ConfigurationProblem]

  init(_ problems: [ConfigurationProblem]) {
    self.problems = problems.sorted { left, right in
      (left.file, left.place?.line ?? 0, left.place?.column ?? 0)
        < (right.file, right.place?.line ?? 0, right.place?.column ?? 0)
    }
  }

  var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Collects faults while a file is read, so that the user sees all of them at once.
final class ProblemList {
  private(set) var problems: [ConfigurationProblem] = []
  let file: String

  init(file: String) { self.file = file }

  func add(_ sentence: String, at place: ConfigurationProblem.Place?) {
    problems.append(ConfigurationProblem(file: file, place: place, sentence: sentence))
  }

  func throwIfAny() throws(ConfigurationError) {
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }
}
