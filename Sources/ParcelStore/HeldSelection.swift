/// Held rows that are to be thrown away.
public struct HeldSelection: Sendable, Hashable {
  /// Of this account ID; nil: of any.
  public var accountID: String?
  /// Of this account category; nil: of any.
  public var account: String?
  /// Only those that came before this instant: seconds since 1970.
  public var before: Int64?

  public init(accountID: String? = nil, account: String? = nil, before: Int64? = nil) {
    self.accountID = accountID
    self.account = account
    self.before = before
  }
}
