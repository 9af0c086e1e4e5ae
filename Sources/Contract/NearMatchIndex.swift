import Carrier

/// The account pairs of all contracts, ready to be compared with pairs that none of them has.
///
/// ```swift
/// let index = NearMatchIndex(contracts)
/// let matches = held.map { index.matches(of: $0) }
/// ```
public struct NearMatchIndex: Sendable {
  private let contracts: [MerchantContract]
  private let entries: [Entry]

  /// No result is longer.
  public static let mostMatches = 5
  /// IDs of fewer characters are too much alike to differ in one of them only by mistake.
  private static let shortestID = 4

  public init(_ contracts: ContractSet) {
    self.contracts = contracts.contracts
    var entries: [Entry] = []
    entries.reserveCapacity(contracts.contracts.count)
    for (number, contract) in contracts.contracts.enumerated() {
      for (place, service) in contract.services.enumerated() where service.pair != nil {
        guard let account = service.account, let accountID = service.accountID else { continue }
        entries.append(
          Entry(
            account: FoldedID(account), accountID: FoldedID(accountID), contract: Int32(number),
            service: Int32(place)))
      }
    }
    self.entries = entries
  }

  /// The services whose account pair nearly is `pair`; as `ContractSet.nearMatches` says.
  public func matches(of pair: AccountPair) -> [NearMatch] {
    let account = FoldedID(pair.account)
    let accountID = FoldedID(pair.accountID)
    var found: [NearMatch.Difference: [NearMatch]] = [:]
    // Entries stand in the order of the contracts' ids, and so do the matches of one difference.
    for entry in entries {
      guard let difference = Self.difference(entry, account, accountID) else { continue }
      let contract = contracts[Int(entry.contract)]
      let service = contract.services[Int(entry.service)]
      guard let own = service.pair else { continue }
      if own == pair { return [] }
      found[difference, default: []].append(
        NearMatch(contract: contract.id, service: service.kind, pair: own, difference: difference))
    }
    let sorted = NearMatch.Difference.allCases.flatMap { found[$0] ?? [] }
    return Array(sorted.prefix(Self.mostMatches))
  }

  /// The comparison of all entries with one pair is little more than this.
  @inline(__always)
  private static func difference(
    _ entry: Entry, _ account: FoldedID, _ accountID: FoldedID
  ) -> NearMatch.Difference? {
    if entry.accountID == accountID { return entry.account == account ? .letterCase : .category }
    guard entry.account == account, min(entry.accountID.count, accountID.count) >= shortestID
    else { return nil }
    return entry.accountID.edit(to: accountID) == nil ? nil : .oneCharacter
  }

  private struct Entry: Sendable {
    var account: FoldedID
    var accountID: FoldedID
    /// Places in `contracts` and in the contract's `services`.
    var contract: Int32
    var service: Int32
  }
}
