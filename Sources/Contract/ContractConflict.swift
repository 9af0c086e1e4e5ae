import Carrier

/// Something that two contracts claim, so that it is not clear whose it is.
public struct ContractConflict: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A row of this pair would belong to two merchants.
    case pairClaimedTwice(AccountPair)
    case idTakenTwice
  }

  /// Who claims it, and in which field.
  public struct Claim: Hashable, Sendable {
    /// The place of the contract among all that were given, sorted by id.
    public var index: Int
    public var contract: String
    public var path: FieldPath
  }

  public var kind: Kind
  public var first: Claim
  public var second: Claim

  /// A sentence that names both contracts and says what to do.
  public var message: String {
    switch kind {
    case .pairClaimedTwice(let pair):
      """
      the account \(pair.account) with ID \(pair.accountID) is claimed by \(first.path.keys[0]) of \
      contract \(first.contract) and by \(second.path.keys[0]) of contract \(second.contract): \
      remove it from one of them
      """
    case .idTakenTwice:
      "two contracts have the id \(first.contract): give one of them another id"
    }
  }
}

extension ContractConflict: CustomStringConvertible {
  public var description: String { message }
}
