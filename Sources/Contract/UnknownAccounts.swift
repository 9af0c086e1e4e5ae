/// What becomes of rows whose account pair no contract has.
public enum UnknownAccounts: String, CaseIterable, Sendable {
  case hold
  /// They are counted, but not kept.
  case skip
}
