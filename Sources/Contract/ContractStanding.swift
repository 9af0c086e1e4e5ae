/// How a contract stood after a change, for those who want to know later who was admitted when.
public struct ContractStanding: Hashable, Sendable {
  /// A service's feed, and the account that the contract named for it.
  public struct Service: Hashable, Sendable {
    public var kind: ServiceKind
    /// As the contract writes them; nil where they are missing.
    public var account: String?
    public var accountID: String?
    public var feed: FeedState

    public init(kind: ServiceKind, account: String?, accountID: String?, feed: FeedState) {
      self.kind = kind
      self.account = account
      self.accountID = accountID
      self.feed = feed
    }
  }

  /// The contract's id.
  public var contract: String
  /// Where the contract is written; nil: it is no more.
  public var source: ContractSource?
  /// In the order of `ServiceKind`.
  public var services: [Service]

  public init(contract: String, source: ContractSource?, services: [Service]) {
    self.contract = contract
    self.source = source
    self.services = services
  }
}
