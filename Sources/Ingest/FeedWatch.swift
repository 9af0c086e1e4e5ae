import Contract
import ParcelStore
import TrackingFile

/// Watches how contracts stand: notes every change with its cause, and tells of feeds that came to
/// life, fell silent or have to be configured again.
struct FeedWatch {
  let store: any EventStore
  let observer: any IngestObserver
  let rhythms: RhythmMemory

  /// Compares how the contracts stand with what was noted last.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - hasLooked: whether the drop was looked at just now, and nothing waits in it; otherwise nobody can
  ///     say that nothing has come since the last look.
  func update(_ rules: Rules, now: Int64, hasLooked: Bool) async throws(StoreError) {
    let past = FeedPast(try await store.feeds())
    var before: [String: ContractStanding] = [:]
    for standing in try await store.standings() { before[standing.contract] = standing }
    let lookedAt = hasLooked ? now : try await store.lookedAt()
    var changes: [ContractChange] = []
    var named: [ServiceReference: AccountPair] = [:]
    for contract in rules.contracts.contracts {
      if contract.hasNamesake {
        before.removeValue(forKey: contract.id)
        continue
      }
      var states: [Feed] = []
      for service in contract.services {
        // Whose a pair is that two claim is not known before one of them lets go of it.
        if let pair = service.pair, service.conflict == nil {
          named[ServiceReference(contract: contract.id, kind: service.kind)] = pair
        }
        states.append(
          contract.feed(
            of: service, past: past,
            rhythm: try await rhythms.rhythm(of: contract, service, past, store, lookedAt),
            now: now, lookedAt: lookedAt))
      }
      let standing = ContractStanding(contract, states)
      let last = before.removeValue(forKey: contract.id)
      guard standing != last else { continue }
      let cause = Self.cause(of: standing, states, after: last, rules.occasion)
      changes.append(ContractChange(at: now, cause: cause, standing: standing))
      tell(of: standing, states, after: last)
      tell(of: contract, after: last)
    }
    // What seems to be gone may only be unreadable for the moment.
    if rules.contracts.hasUnreadable { before = [:] }
    for gone in before.values where gone.source != nil {
      changes.append(
        ContractChange(
          at: now, cause: "removed (read \(rules.occasion))",
          standing: ContractStanding(contract: gone.contract, source: nil, services: [])))
    }
    let noted = Dictionary(
      past.named.map {
        (ServiceReference(contract: $0.contract, kind: $0.service), $0.account)
      }, uniquingKeysWith: { first, _ in first })
    guard !changes.isEmpty || named.contains(where: { noted[$0.key] != $0.value }) else { return }
    try await store.note(changes, named: named, at: now)
  }

  private static func cause(
    of standing: ContractStanding, _ states: [Feed], after last: ContractStanding?,
    _ occasion: String
  ) -> String {
    guard let last, last.source != nil else { return "added (read \(occasion))" }
    let change = last.source == standing.source ? [] : ["file changed (read \(occasion))"]
    let causes = zip(standing.services, states).compactMap { service, feed -> String? in
      let former = last.services.first { $0.kind == service.kind }?.feed
      guard former != service.feed else { return nil }
      // Of a changed file the change itself says enough, but of silence.
      if !change.isEmpty, service.feed != .silent { return nil }
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
    return (change + causes).joined(separator: "; ")
  }

  /// Tells when a contract becomes incomplete, and when it stops being so.
  private func tell(of contract: MerchantContract, after last: ContractStanding?) {
    // A contract without any service has no feed that could tell.
    let was =
      last.map { last in
        last.source != nil
          && (last.services.isEmpty || last.services.contains { $0.feed == .incomplete })
      } ?? false
    let problems = contract.problems.map(\.message) + contract.services.compactMap(\.conflict)
    guard problems.isEmpty == was else { return }
    observer.note(
      problems.isEmpty
        ? .contractComplete(contract.id) : .contractIncomplete(contract.id, problems: problems))
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
}

/// What the poller writes down and others read.
public enum PollNote {
  public static let lastSuccess = "poll.last-success"
}
