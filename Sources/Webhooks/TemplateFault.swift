import Mustache

/// What is wrong with a template of a body.
public struct TemplateFault: Error, Sendable, CustomStringConvertible {
  /// A line of the file, and a column there, both from 1.
  public struct Place: Sendable, Hashable {
    public var line: Int
    public var column: Int
  }

  public struct Problem: Sendable, Hashable {
    /// Nil: it is the whole file.
    public var place: Place?
    public var sentence: String
  }

  public let problems: [Problem]

  init(_ problems: [Problem]) { self.problems = problems }

  /// What Mustache can't read.
  init(_ error: any Error) {
    guard let fault = error as? MustacheTemplate.ParserError else {
      self.init([Problem(place: nil, sentence: "it can't be read as a template: \(error)")])
      return
    }
    let line = max(1, fault.context.lineNumber - BodyTemplate.linesBefore)
    let place = Place(line: line, column: fault.context.columnNumber)
    self.init([Problem(place: place, sentence: Self.sentence(fault.error))])
  }

  private static func sentence(_ error: any Error) -> String {
    switch error as? MustacheTemplate.Error {
    case .sectionCloseNameIncorrect: "this {{/NAME}} does not close the section that is open"
    case .unfinishedName: "this tag has no NAME}} that can be read"
    case .expectedSectionEnd: "a section is not closed: it needs {{/NAME}}"
    case .invalidSetDelimiter: "this {{=OPEN CLOSE=}} can't be read"
    case let error?: "it can't be read as a template: \(error)"
    case nil: "the file ends in the middle of a tag"
    }
  }

  /// One line each.
  public var description: String {
    problems.map { problem in
      (problem.place.map { "line \($0.line), column \($0.column): " } ?? "") + problem.sentence
    }.joined(separator: "\n")
  }
}
