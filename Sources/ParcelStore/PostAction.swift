/// What is to happen, or has happened, to the file on the server after it was ingested.
public enum PostAction: Hashable, Sendable {
  case leave
  case delete(isDone: Bool)
  /// `to` is the printable path of the target, relative to the source's directory.
  case move(to: String, isDone: Bool)

  public var isPending: Bool {
    switch self {
    case .leave: false
    case .delete(let isDone), .move(_, let isDone): !isDone
    }
  }

  /// The word of the ledger: `leave`, `delete-pending`, `deleted`, `move-pending:…`, `moved:…`.
  public var text: String {
    switch self {
    case .leave: "leave"
    case .delete(let isDone): isDone ? "deleted" : "delete-pending"
    case .move(let target, let isDone): (isDone ? "moved:" : "move-pending:") + target
    }
  }

  public init?(text: String) {
    switch text {
    case "leave": self = .leave
    case "deleted": self = .delete(isDone: true)
    case "delete-pending": self = .delete(isDone: false)
    default:
      if text.hasPrefix("moved:") {
        self = .move(to: String(text.dropFirst(6)), isDone: true)
      } else if text.hasPrefix("move-pending:") {
        self = .move(to: String(text.dropFirst(13)), isDone: false)
      } else {
        return nil
      }
    }
  }
}

extension PostAction {
  /// By bytes: two targets that Unicode takes for one are two.
  public static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
}
