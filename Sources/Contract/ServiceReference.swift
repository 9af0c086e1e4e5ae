/// A service of a contract, by name.
public struct ServiceReference: Hashable, Sendable {
  /// The contract's id.
  public let contract: String
  public let kind: ServiceKind

  public init(contract: String, kind: ServiceKind) {
    self.contract = contract
    self.kind = kind
  }
}
