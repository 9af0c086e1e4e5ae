import Carrier

/// The rows of an account pair that were counted and not kept.
public struct SkippedSummary: Sendable, Hashable {
  /// Nil: the sum of all pairs that came after the first `mostAccounts`.
  public var account: AccountPair?
  public var rows: Int
  /// When the first and the last of them came: seconds since 1970.
  public var first: Int64
  public var latest: Int64

  /// More pairs are not counted by themselves: a file of nonsense must not fill the store.
  package static let mostAccounts = 1_000

  package init(account: AccountPair?, rows: Int, first: Int64, latest: Int64) {
    self.account = account
    self.rows = rows
    self.first = first
    self.latest = latest
  }
}
