/// What happens to a file on the server after it is in the store.
public struct AfterIngest: Sendable, Equatable {
  public enum Action: Sendable, Equatable {
    case leave
    case delete
    /// Relative to the source's folder.
    case move(to: String)
  }

  public var action: Action
  /// How long a file must have been unchanged before it is moved or deleted.
  public var grace: Duration

  public init(_ action: Action, grace: Duration) {
    self.action = action
    self.grace = grace
  }
}
