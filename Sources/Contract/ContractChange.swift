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

/// The file that a contract is written in.
public struct ContractSource: Hashable, Sendable {
  public var path: String
  /// Of the bytes that were read.
  public var sha256: [UInt8]

  public init(path: String, sha256: [UInt8]) {
    self.path = path
    self.sha256 = sha256
  }
}

/// A change of a contract's standing.
public struct ContractChange: Hashable, Sendable {
  /// When it was noticed: seconds since 1970.
  public var at: Int64
  /// Why, in words.
  public var cause: String
  public var standing: ContractStanding

  public init(at: Int64, cause: String, standing: ContractStanding) {
    self.at = at
    self.cause = cause
    self.standing = standing
  }
}
