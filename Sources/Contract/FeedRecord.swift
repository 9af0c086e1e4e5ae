import TrackingFile

/// What is remembered of an account pair of a service, of the present one or of one before.
public struct FeedRecord: Hashable, Sendable {
  /// The contract's id.
  public var contract: String
  public var service: ServiceKind
  public var account: AccountPair
  /// Since when the contract names this pair: seconds since 1970; nil: it names another one, or none.
  public var namedSince: Int64?
  /// When the first and the last row came under it: seconds since 1970; nil: none did.
  public var firstRowAt: Int64?
  public var lastRowAt: Int64?

  public init(
    contract: String, service: ServiceKind, account: AccountPair, namedSince: Int64? = nil,
    firstRowAt: Int64? = nil, lastRowAt: Int64? = nil
  ) {
    self.contract = contract
    self.service = service
    self.account = account
    self.namedSince = namedSince
    self.firstRowAt = firstRowAt
    self.lastRowAt = lastRowAt
  }
}

/// What is remembered of all services: which pairs they had, and when rows came under them.
public struct FeedPast: Sendable {
  private let records: [ServiceReference: [FeedRecord]]
  /// Every pair that is remembered.
  let remembered: [FeedRecord]
  /// The pairs that contracts named when they were read last.
  public let named: [FeedRecord]

  public init(_ records: [FeedRecord] = []) {
    remembered = records
    named = records.filter { $0.namedSince != nil }
    self.records = Dictionary(grouping: records) {
      ServiceReference(contract: $0.contract, kind: $0.service)
    }
  }

  /// What is remembered of a service's present pair.
  public func present(
    _ contract: MerchantContract, _ service: ContractService
  ) -> FeedRecord? {
    all(contract, service).first { $0.account == service.pair }
  }

  /// The pairs under which rows of a service came before, and which it has no more; the one with the
  /// latest row first.
  public func former(
    _ contract: MerchantContract, _ service: ContractService
  ) -> [FeedRecord] {
    all(contract, service).filter { $0.account != service.pair && $0.lastRowAt != nil }
      .sorted { ($0.lastRowAt ?? 0) > ($1.lastRowAt ?? 0) }
  }

  private func all(_ contract: MerchantContract, _ service: ContractService) -> [FeedRecord] {
    records[ServiceReference(contract: contract.id, kind: service.kind)] ?? []
  }
}

extension MerchantContract {
  /// Whether the carrier has to be told again, because a service that had brought rows has another
  /// account or account ID now: the day of `tracking.requested` lies before that change, and no row
  /// has come under the new pair.
  func needsReconfiguration(
    of service: ContractService, on today: CalendarDay, past: FeedPast
  ) -> Bool {
    let present = past.present(self, service)
    guard service.pair != nil, present?.lastRowAt == nil, !past.former(self, service).isEmpty
    else { return false }
    let changed = present?.namedSince.map { CalendarDay(at: $0) } ?? today
    return requested.map { $0 < changed || $0 > today } ?? true
  }

  /// Why rows of a service may not come in today; nil when they may.
  ///
  /// Of several reasons it is the one that a merchant has to settle first.
  public func holdReason(
    of service: ContractService, on today: CalendarDay, past: FeedPast
  ) -> HoldReason? {
    if let reason = holdReason(on: today) { return reason }
    if service.conflict != nil { return .contractIncomplete }
    return needsReconfiguration(of: service, on: today, past: past) ? .trackingNotRequested : nil
  }
}
