import Carrier

/// The rows of an account pair that were counted and not kept.
public struct SkippedSummary: Sendable, Hashable {
  /// Nil: of all pairs together that came when `mostAccounts` had rows already.
  public var account: AccountPair?
  public var rows: Int
  /// When the first and the last of them came: seconds since 1970.
  public var first: Int64
  public var latest: Int64

  /// More pairs are not told one by one: a file of nonsense must not fill the store.
  package static let mostAccounts = 1_000

  package init(account: AccountPair?, rows: Int, first: Int64, latest: Int64) {
    self.account = account
    self.rows = rows
    self.first = first
    self.latest = latest
  }
}
