import Carrier

/// What is remembered of all services: which account pairs they had, and when rows came under them.
///
/// The past belongs to a pair and a kind of service, whatever the contract is called that names them. Two
/// services of one contract may share a pair: rows under it are rows of both.
public struct FeedPast: Sendable {
  private let byService: [ServiceReference: [FeedRecord]]
  private let byPair: [AccountPair: [FeedRecord]]
  /// Every pair that is remembered.
  let remembered: [FeedRecord]
  /// The pairs that contracts named when they were read last.
  public let named: [FeedRecord]

  public init(_ records: [FeedRecord] = []) {
    remembered = records
    named = records.filter { $0.namedSince != nil }
    byService = Dictionary(grouping: records, by: \.reference)
    byPair = Dictionary(grouping: records, by: \.account)
  }

  /// What is remembered of a service's present pair: since when the contract names it, and the rows that
  /// came under it for this kind of service, or for one that shares it now.
  public func present(_ contract: MerchantContract, _ service: ContractService) -> FeedRecord? {
    guard let pair = service.pair, let records = byPair[pair] else { return nil }
    let own = records.first { $0.contract == contract.id && $0.service == service.kind }
    let sharing = contract.services.filter { $0.pair == pair }.map(\.kind)
    let rows = records.filter { record in
      record.firstRowAt != nil
        && (record.service == service.kind
          || record.contract == contract.id && sharing.contains(record.service))
    }
    guard own != nil || !rows.isEmpty else { return nil }
    var record = FeedRecord(
      contract: contract.id, service: service.kind, account: pair, namedSince: own?.namedSince)
    if let firstNamedAt = own?.firstNamedAt { record.firstNamedAt = firstNamedAt }
    // A contract that never named the pair takes it over from another one, which had it up to that row.
    record.namedUntil = own == nil ? lastRow(of: pair) : own?.namedUntil
    record.firstRowAt = rows.compactMap(\.firstRowAt).min()
    record.lastRowAt = rows.isEmpty ? nil : lastRow(of: pair)
    return record
  }

  /// The pairs under which rows of a service came before and that it does not have any more; the
  /// one with the latest row first.
  public func former(_ contract: MerchantContract, _ service: ContractService) -> [FeedRecord] {
    (byService[ServiceReference(contract: contract.id, kind: service.kind)] ?? [])
      .filter { $0.account != service.pair && $0.lastRowAt != nil }
      .sorted { ($0.lastRowAt ?? 0) > ($1.lastRowAt ?? 0) }
  }

  /// Whether rows of a service ever came, under whatever pair.
  public func hasBrought(_ contract: MerchantContract, _ service: ContractService) -> Bool {
    present(contract, service)?.lastRowAt != nil || !former(contract, service).isEmpty
  }

  /// When the last row of a pair came, for whatever contract and service: seconds since 1970.
  public func lastRow(of pair: AccountPair) -> Int64? {
    byPair[pair]?.compactMap(\.lastRowAt).max()
  }

  /// Of the services for which rows came under a pair, the one that had it last.
  /// - Parameter contracts: only services that are in these; nil: also of those that are no more.
  func owner(of pair: AccountPair, among contracts: ContractSet? = nil) -> FeedRecord? {
    byPair[pair]?.filter { record in
      record.lastRowAt != nil
        && contracts.map { $0[record.contract]?[record.service] != nil } ?? true
    }.max { one, two in
      (one.hadUntil, one.lastRowAt ?? 0, two.contract, two.service.rawValue)
        < (two.hadUntil, two.lastRowAt ?? 0, one.contract, one.service.rawValue)
    }
  }

  /// Contracts that have another name now: a contract that is gone named a pair for the same kind of service
  /// as a contract that has no past of its own.
  /// - Parameter gone: ids of contracts that were there once and are not any more.
  public func renamings(
    to contracts: [MerchantContract], gone: [String]
  ) -> [FeedNotes.Renaming] {
    let gone = Set(gone)
    let former = remembered.filter { $0.namedSince != nil && gone.contains($0.contract) }
    guard !former.isEmpty else { return [] }
    let withRows = Set(remembered.lazy.filter { $0.lastRowAt != nil }.map(\.contract))
    var heirs: [AccountPair: [(contract: String, kind: ServiceKind)]] = [:]
    for contract in contracts where !contract.hasNamesake && !withRows.contains(contract.id) {
      for service in contract.services where service.conflict == nil {
        if let pair = service.pair { heirs[pair, default: []].append((contract.id, service.kind)) }
      }
    }
    // The one with the most pairs in common; files may have been put together.
    return Dictionary(grouping: former, by: \.contract).sorted { $0.key < $1.key }
      .compactMap { old, records in
        var matches: [String: Int] = [:]
        for record in records {
          for heir in heirs[record.account] ?? [] where heir.kind == record.service {
            matches[heir.contract, default: 0] += 1
          }
        }
        let best = matches.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return best.map { FeedNotes.Renaming(from: old, to: $0.key) }
      }
  }

  /// The same past under new names.
  public func renaming(_ renamings: [FeedNotes.Renaming]) -> FeedPast {
    guard !renamings.isEmpty else { return self }
    var names: [String: String] = [:]
    for renaming in renamings { names[renaming.from] = renaming.to }
    var places: [ServiceReference: [AccountPair: Int]] = [:]
    var records: [FeedRecord] = []
    for var record in remembered {
      record.contract = names[record.contract] ?? record.contract
      if let place = places[record.reference]?[record.account] {
        records[place].merge(record)
      } else {
        places[record.reference, default: [:]][record.account] = records.count
        records.append(record)
      }
    }
    return FeedPast(records)
  }

  /// Rows of pairs that services share now, for those of them that have none of their own: if the
  /// services have different pairs later, these rows were theirs, too.
  public func shared(by contract: MerchantContract) -> [FeedRecord] {
    contract.services.compactMap { service in
      guard let pair = service.pair, service.conflict == nil,
        contract.services.count(where: { $0.pair == pair }) > 1,
        let present = present(contract, service), present.lastRowAt != nil
      else { return nil }
      let own = record(ServiceReference(contract: contract.id, kind: service.kind), pair)
      return own?.lastRowAt == nil ? present : nil
    }
  }

  /// What is remembered of a service under one pair.
  func record(_ service: ServiceReference, _ pair: AccountPair) -> FeedRecord? {
    byPair[pair]?.first { $0.reference == service }
  }
}

extension FeedRecord {
  /// Up to when the contract had the pair; of older stores up to its last row.
  fileprivate var hadUntil: Int64 { namedSince == nil ? namedUntil ?? lastRowAt ?? 0 : .max }
}
