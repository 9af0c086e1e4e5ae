/// What came of writing the store again without deleted data.
public enum RewriteOutcome: Sendable, Hashable {
  /// Nothing was to be done.
  case notOwed
  case done
  /// It could not be done now, and is still owed: why, in words.
  case owed(String)
}
