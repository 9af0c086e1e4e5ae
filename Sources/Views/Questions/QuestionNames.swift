/// How the parts of a question are called where they are written.
public enum QuestionNames: Sendable {
  /// `--account-id`
  case options
  /// `account-id`
  case parameters

  /// - Parameter key: `account-id`
  public func name(_ key: String) -> String {
    switch self {
    case .options: "--\(key)"
    case .parameters: key
    }
  }

  /// A question in which what a key asks for does not make sense.
  func fault(
    _ key: String, _ sentence: String, _ kind: QuestionFault.Kind? = nil
  ) -> QuestionFault {
    QuestionFault("\(name(key)): \(sentence)", kind)
  }
}
