import Contract
import ParcelStore
import TrackingFile

/// Watches how contracts stand: notes every change with its cause, and tells of feeds that came to
/// life, fell silent or have to be configured again.
struct FeedWatch {
  let store: any EventStore
  let observer: any IngestObserver

  /// Compares how the contracts stand with what was noted last.
  /// - Parameter now: seconds since 1970.
  func update(_ rules: Rules, now: Int64) async throws(StoreError) {
    let past = FeedPast(try await store.feeds())
    var before: [String: ContractStanding] = [:]
    for standing in try await store.standings() { before[standing.contract] = standing }
    let lookedAt = try await store.lookedAt()
    var changes: [ContractChange] = []
    var named: [ServiceReference: AccountPair] = [:]
    for contract in rules.contracts.contracts {
      var states: [Feed] = []
      for service in contract.services {
        if let pair = service.pair {
          named[ServiceReference(contract: contract.id, kind: service.kind)] = pair
        }
        states.append(
          try await store.feed(contract, service, past, now: now, lookedAt: lookedAt))
      }
      let standing = ContractStanding(contract, states)
      let last = before.removeValue(forKey: contract.id)
      guard standing != last else { continue }
      let cause = Self.cause(of: standing, states, after: last, rules.occasion)
      changes.append(ContractChange(at: now, cause: cause, standing: standing))
      tell(of: standing, states, after: last)
    }
    let noted = Dictionary(
      past.named.map {
        (ServiceReference(contract: $0.contract, kind: $0.service), $0.account)
      }, uniquingKeysWith: { first, _ in first })
    if rules.contracts.hasUnreadable {
      // What seems to be gone may only be unreadable for the moment.
      named.merge(noted.filter { rules.contracts[$0.key.contract] == nil }) { known, _ in known }
      before = [:]
    }
    for gone in before.values where gone.source != nil {
      changes.append(
        ContractChange(
          at: now, cause: "removed (read \(rules.occasion))",
          standing: ContractStanding(contract: gone.contract, source: nil, services: [])))
    }
    guard !changes.isEmpty || noted != named else { return }
    try await store.note(changes, named: named, at: now)
  }

  private static func cause(
    of standing: ContractStanding, _ states: [Feed], after last: ContractStanding?,
    _ occasion: String
  ) -> String {
    guard let last, last.source != nil else { return "added (read \(occasion))" }
    guard last.source == standing.source else { return "file changed (read \(occasion))" }
    let causes = zip(standing.services, states).compactMap { service, feed -> String? in
      let former = last.services.first { $0.kind == service.kind }?.feed
      guard former != service.feed else { return nil }
      let why =
        switch service.feed {
        case .live where former == .silent: "rows came again"
        case .live: "the first row came"
        case .silent: feed.evidence ?? "nothing came"
        case .awaitingFirstFile: "the day of tracking.requested came"
        default: "its rows came under another account before"
        }
      return "\(service.kind.rawValue): \(why)"
    }
    return causes.joined(separator: "; ")
  }

  private func tell(
    of standing: ContractStanding, _ states: [Feed], after last: ContractStanding?
  ) {
    for (service, feed) in zip(standing.services, states) {
      let former = last?.services.first { $0.kind == service.kind }?.feed
      guard former != service.feed else { continue }
      observer.note(
        .feedChanged(
          ServiceReference(contract: standing.contract, kind: service.kind),
          account: service.account, accountID: service.accountID, feed))
    }
  }
}

extension ContractStanding {
  init(_ contract: MerchantContract, _ states: [Feed]) {
    self.init(
      contract: contract.id, source: contract.source,
      services: zip(contract.services, states).map { service, feed in
        Service(
          kind: service.kind, account: service.account, accountID: service.accountID,
          feed: feed.state)
      })
  }
}

extension EventStore {
  /// When the drop was listed last: seconds since 1970; nil: it never was.
  public func lookedAt() async throws(StoreError) -> Int64? {
    try await note(PollNote.lastSuccess).flatMap { Int64($0) }
  }

  /// How a service's feed stands.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - lookedAt: see `lookedAt()`.
  public func feed(
    _ contract: MerchantContract, _ service: ContractService, _ past: FeedPast, now: Int64,
    lookedAt: Int64?
  ) async throws(StoreError) -> Feed {
    // Only a feed that brought nothing on the day of the last look can break its rhythm.
    var rhythm: DailyRhythm?
    if let lookedAt, let last = past.present(contract, service)?.lastRowAt,
      CalendarDay(at: last) < CalendarDay(at: lookedAt)
    {
      // Up to the last day with rows: the silence itself must not unlearn what is usual.
      let days = try await days(
        of: ServiceReference(contract: contract.id, kind: service.kind),
        since: CalendarDay(at: last - rhythmMemory))
      rhythm = DailyRhythm(days: days, today: CalendarDay(at: last + 86_400))
    }
    return contract.feed(of: service, past: past, rhythm: rhythm, now: now, lookedAt: lookedAt)
  }
}

/// Seconds in which there are 20 business days, whatever the holidays.
private let rhythmMemory: Int64 = 45 * 86_400

/// What the poller writes down and others read.
public enum PollNote {
  public static let lastSuccess = "poll.last-success"
}
