import Status

/// What is wrong with a question, such as a status that does not exist.
public struct QuestionFault: Error, CustomStringConvertible {
  /// A sentence that names the option or the parameter, and what would be right.
  public let description: String
  /// The same as a value, for those who say it in words of their own; nil: only the sentence says it.
  public let kind: Kind?

  public enum Kind: Sendable, Hashable {
    /// The text under a key, such as `since`, is no time.
    case noTime(key: String, text: String)
    /// It is no span of time.
    case noAge(key: String, text: String, example: String)
    case noPostcode(text: String)
    case noStatus(text: String, nearest: String?)
    case empty(key: String)
    /// What a key asks for is about other statuses than those that are asked for.
    case exclude(key: String, Set<ParcelStatus>)
    case sinceAfterUntil
    case noContract(String, nearest: String?)
    case noNumber(text: String)
  }

  public init(_ description: String, _ kind: Kind? = nil) {
    self.description = description
    self.kind = kind
  }
}

extension QuestionFault.Kind {
  /// The option or parameter that it is about, such as `since`.
  public var key: String? {
    switch self {
    case .noTime(let key, _), .noAge(let key, _, _), .empty(let key), .exclude(let key, _): key
    case .noPostcode: "postcode"
    case .noStatus: "status"
    case .sinceAfterUntil: "since"
    case .noContract: "contract"
    case .noNumber: nil
    }
  }
}
