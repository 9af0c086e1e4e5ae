/// A service and its account as a merchant's letter names them.
public struct NamedService: Hashable, Sendable {
  public var kind: ServiceKind
  /// The contract's name, where it has one.
  public var contract: String?
  public var account: String
  public var accountID: String

  public init(_ kind: ServiceKind, contract: String?, account: String, accountID: String) {
    self.kind = kind
    self.contract = contract
    self.account = account
    self.accountID = accountID
  }
}
