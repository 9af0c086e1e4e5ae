import Carrier

/// What is remembered of an account pair of a service, of the present one or of one before.
public struct FeedRecord: Hashable, Sendable {
  /// The contract's id.
  public var contract: String
  public var service: ServiceKind
  public var account: AccountPair
  /// Since when the contract names this pair: seconds since 1970; nil: it names another one, or none.
  public var namedSince: Int64?
  /// When the contract was edited so that it named this pair for the first time, as far as is known.
  public var firstNamedAt: Int64?
  /// When it was noticed that the contract does not name it any more.
  public var namedUntil: Int64?
  /// When the first and the last row came under it: seconds since 1970; nil: none did.
  public var firstRowAt: Int64?
  public var lastRowAt: Int64?

  public init(
    contract: String, service: ServiceKind, account: AccountPair, namedSince: Int64? = nil
  ) {
    self.contract = contract
    self.service = service
    self.account = account
    self.namedSince = namedSince
    firstNamedAt = namedSince
  }

  /// Whether the pair is named again, or by this contract for the first time, and that is not
  /// stored yet.
  var isNamedAnew: Bool { namedSince == nil && namedUntil != nil }

  /// The service of the contract.
  public var reference: ServiceReference { ServiceReference(contract: contract, kind: service) }

  /// Takes over what another record of the same pair remembers.
  mutating func merge(_ other: FeedRecord) {
    func earlier(_ one: Int64?, _ two: Int64?) -> Int64? {
      [one, two].compactMap(\.self).min()
    }
    func later(_ one: Int64?, _ two: Int64?) -> Int64? {
      [one, two].compactMap(\.self).max()
    }
    namedSince = earlier(namedSince, other.namedSince)
    firstNamedAt = earlier(firstNamedAt, other.firstNamedAt)
    namedUntil = later(namedUntil, other.namedUntil)
    firstRowAt = earlier(firstRowAt, other.firstRowAt)
    lastRowAt = later(lastRowAt, other.lastRowAt)
  }
}
