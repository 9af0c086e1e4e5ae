import Carrier
import Contract

/// The rows of one account pair that may not come in yet.
public struct HeldSummary: Sendable, Hashable {
  public var account: AccountPair
  public var reason: HoldReason
  public var rows: Int
  /// When the oldest of them came: seconds since 1970.
  public var oldest: Int64

  package init(account: AccountPair, reason: HoldReason, rows: Int, oldest: Int64) {
    self.account = account
    self.reason = reason
    self.rows = rows
    self.oldest = oldest
  }
}
