import TrackingFile

/// All contracts of an installation.
public struct ContractSet: Sendable {
  /// Sorted by id.
  public let contracts: [MerchantContract]
  /// What the contracts claim of each other; any makes the configuration refused.
  public let conflicts: [ContractConflict]
  /// Whether every account pair of the contracts is known. As long as one is missing, or a file of
  /// theirs can't be read, nobody can say of an unknown pair that it is none of them.
  public let isWhole: Bool
  /// Whether there is a contract that could not be read at all, so that not even its id is known.
  public let hasUnreadable: Bool
  private let indexOfID: [String: Int]

  /// - Parameter hasUnreadable: whether there is a contract that could not be read at all.
  public init(_ contracts: [MerchantContract], hasUnreadable: Bool = false) {
    self.hasUnreadable = hasUnreadable
    isWhole =
      !hasUnreadable
      && contracts.allSatisfy { contract in
        !contract.services.isEmpty && contract.services.allSatisfy { $0.pair != nil }
      }
    let sorted = contracts.sorted { $0.id < $1.id }
    self.contracts = sorted
    var indexOfID: [String: Int] = [:]
    var conflicts: [ContractConflict] = []
    var claims: [AccountPair: ContractConflict.Claim] = [:]
    for (index, contract) in sorted.enumerated() {
      if indexOfID[contract.id] == nil {
        indexOfID[contract.id] = index
      } else {
        let claim = ContractConflict.Claim(index: index, contract: contract.id, path: ["id"])
        conflicts.append(
          ContractConflict(
            kind: .idTakenTwice,
            first: ContractConflict.Claim(
              index: index - 1, contract: contract.id, path: ["id"]),
            second: claim))
      }
      for service in contract.services {
        guard let pair = service.pair else { continue }
        let claim = ContractConflict.Claim(
          index: index, contract: contract.id, path: FieldPath(service.kind, .accountID))
        guard let first = claims[pair] else {
          claims[pair] = claim
          continue
        }
        // Two services of one contract may share a pair: the parcels are the same merchant's.
        guard first.index != index else { continue }
        conflicts.append(
          ContractConflict(kind: .pairClaimedTwice(pair), first: first, second: claim))
      }
    }
    self.indexOfID = indexOfID
    self.conflicts = conflicts
  }

  public subscript(id: String) -> MerchantContract? { indexOfID[id].map { contracts[$0] } }

  /// The problems for which the configuration as a whole is refused, with the id of their contract.
  public var fatalProblems: [(contract: String, problem: ContractProblem)] {
    contracts.flatMap { contract in
      contract.problems.filter(\.isFatal).map { (contract.id, $0) }
    }
  }
}

/// Two contracts that can't both hold.
public struct ContractConflict: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A row of this pair would belong to two merchants.
    case pairClaimedTwice(AccountPair)
    case idTakenTwice
  }

  /// Who claims it, and in which field.
  public struct Claim: Hashable, Sendable {
    /// The place of the contract in `ContractSet.contracts`.
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
