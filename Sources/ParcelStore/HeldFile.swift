import Carrier
import Contract

/// A file that is not fetched, because the account that its path names may not come in.
public struct HeldFile: Hashable, Sendable {
  public var sighting: FileSighting
  public var account: AccountPair
  public var reason: HoldReason

  public init(sighting: FileSighting, account: AccountPair, reason: HoldReason) {
    self.sighting = sighting
    self.account = account
    self.reason = reason
  }

  /// What the ledger says of the file.
  package var note: String {
    "not fetched: rows of account \(account.account), account ID \(account.accountID) may not come "
      + "in (\(reason.rawValue)); it is fetched once its contract allows them"
  }
}
