import Carrier

/// All contracts of an installation.
public struct ContractSet: Sendable {
  /// Sorted by id, each id once.
  public let contracts: [MerchantContract]
  /// Contracts whose id another one of `contracts` has: their rows are held with those of that one.
  public let namesakes: [MerchantContract]
  /// What two contracts both claim; rows of that are held, and no others.
  public let conflicts: [ContractConflict]
  /// Whether every account pair of the contracts is known. If one is missing, if two contracts claim one,
  /// or if part of a file can't be understood, an unknown pair may still belong to a contract.
  public let isWhole: Bool
  /// Whether there is a contract that could not be read at all, so that not even its id is known.
  public let hasUnreadable: Bool
  private let indexOfID: [String: Int]

  /// - Parameter hasUnreadable: whether there is a contract that could not be read at all.
  public init(_ contracts: [MerchantContract], hasUnreadable: Bool = false) {
    self.hasUnreadable = hasUnreadable
    var all = contracts.sorted { $0.id < $1.id }
    let conflicts = Self.conflicts(among: all)
    for conflict in conflicts {
      for claim in [conflict.first, conflict.second] {
        switch conflict.kind {
        case .idTakenTwice:
          // Where three have the same id, each of them names the mistake once.
          if !all[claim.index].problems.contains(where: { $0.kind == .idTakenTwice }) {
            all[claim.index].markNamesake(conflict.message)
          }
        case .pairClaimedTwice:
          if let kind = claim.path.keys.first.flatMap({ ServiceKind(rawValue: $0) }) {
            all[claim.index].markClaimed(kind, conflict.message)
          }
        }
      }
    }
    self.conflicts = conflicts
    var indexOfID: [String: Int] = [:]
    var first: [MerchantContract] = []
    var namesakes: [MerchantContract] = []
    for contract in all {
      if indexOfID[contract.id] == nil {
        indexOfID[contract.id] = first.count
        first.append(contract)
      } else {
        namesakes.append(contract)
      }
    }
    self.contracts = first
    self.namesakes = namesakes
    isWhole =
      !hasUnreadable && conflicts.isEmpty
      && first.allSatisfy { contract in
        contract.isReadWhole && !contract.services.isEmpty
          && contract.services.allSatisfy { $0.pair != nil }
      }
    self.indexOfID = indexOfID
  }

  /// - Parameter sorted: by id.
  private static func conflicts(among sorted: [MerchantContract]) -> [ContractConflict] {
    var conflicts: [ContractConflict] = []
    var ids: [String: Int] = [:]
    var claims: [AccountPair: ContractConflict.Claim] = [:]
    for (index, contract) in sorted.enumerated() {
      if let first = ids[contract.id] {
        conflicts.append(
          ContractConflict(
            kind: .idTakenTwice,
            first: ContractConflict.Claim(index: first, contract: contract.id, path: ["id"]),
            second: ContractConflict.Claim(index: index, contract: contract.id, path: ["id"])))
      } else {
        ids[contract.id] = index
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
    return conflicts
  }

  /// The files of all contracts.
  public var sources: [ContractSource?] { (contracts + namesakes).map(\.source) }

  public subscript(id: String) -> MerchantContract? { indexOfID[id].map { contracts[$0] } }
}
