import Carrier
import Contract

/// An account pair of which rows are held, with the reason that was found last.
public struct HeldAccount: Sendable, Hashable {
  public var account: AccountPair
  public var reason: HoldReason

  package init(account: AccountPair, reason: HoldReason) {
    self.account = account
    self.reason = reason
  }
}
