import Carrier

/// What a comparison of the contracts found, to be stored in one transaction.
public struct FeedNotes: Sendable {
  /// A contract that has another name now; what is remembered of it is kept under the new name.
  public struct Renaming: Hashable, Sendable {
    public var from: String
    public var to: String

    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// The account pair of a service, and when the contract was edited so that it names it.
  public struct Naming: Hashable, Sendable {
    public var account: AccountPair
    /// Seconds since 1970.
    public var editedAt: Int64

    public init(_ account: AccountPair, editedAt: Int64) {
      self.account = account
      self.editedAt = editedAt
    }
  }

  /// When the contracts were compared: seconds since 1970.
  public var at: Int64
  /// Stored first: everything else uses the new names.
  public var renamings: [Renaming] = []
  public var changes: [ContractChange] = []
  /// The pair of each service. Other pairs of these services are not named any more, and no other
  /// service names these pairs.
  public var named: [ServiceReference: Naming] = [:]
  /// When rows came, for services that share a pair with the one for which they came.
  public var shared: [FeedRecord] = []

  public init(
    at: Int64, changes: [ContractChange] = [], named: [ServiceReference: AccountPair] = [:]
  ) {
    self.at = at
    self.changes = changes
    self.named = named.mapValues { Naming($0, editedAt: at) }
  }

  /// Whether anything in them is not stored yet.
  /// - Parameter past: under the new names.
  public func isNew(to past: FeedPast) -> Bool {
    guard changes.isEmpty, shared.isEmpty else { return true }
    let noted = Dictionary(
      past.named.map { ($0.reference, $0.account) }, uniquingKeysWith: { first, _ in first })
    return named.contains { noted[$0.key] != $0.value.account }
  }
}
