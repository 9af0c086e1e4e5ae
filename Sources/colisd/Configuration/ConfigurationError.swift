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
