/// What is wrong with a question, such as a status that does not exist.
public struct QuestionFault: Error, CustomStringConvertible {
  /// A sentence that names the option or the parameter, and what would be right.
  public let description: String

  public init(_ description: String) { self.description = description }
}
