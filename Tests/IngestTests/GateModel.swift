import Contract
import ParcelStore
import TrackingFile

/// What may come in, pair by pair, as the rules say it in words: slow, but easy to see to be right.
struct GateModel {
  enum Entry {
    case nothing
    /// What was on its way when the service got another account.
    case knownParcels
    case everything
  }

  /// The contracts in force.
  var drafts: [Draft] = []
  /// The pair of each service as it was looked at last, and since which day it has that.
  private var named: [ServiceReference: (pair: AccountPair, since: CalendarDay)] = [:]
  /// The pairs under which rows of each service came.
  private var brought: [ServiceReference: Set<AccountPair>] = [:]

  /// In the order in which they are asked.
  private var services: [(draft: Draft, service: ServiceReference)] {
    drafts.sorted { $0.id < $1.id }.flatMap { draft in
      ServiceKind.allCases.map { (draft, ServiceReference(contract: draft.id, kind: $0)) }
    }
  }

  /// Looks at the contracts in force.
  mutating func look(on today: CalendarDay) {
    for (draft, service) in services where draft.pairs[service.kind] != named[service]?.pair {
      named[service] = draft.pairs[service.kind].map { ($0, today) }
    }
    named = named.filter { service, _ in drafts.contains { $0.id == service.contract } }
  }

  /// Takes over what came under which pair.
  mutating func learn(_ feeds: [FeedRecord]) {
    brought = [:]
    for feed in feeds where feed.lastRowAt != nil {
      let service = ServiceReference(contract: feed.contract, kind: feed.service)
      brought[service, default: []].insert(feed.account)
    }
  }

  /// Takes over what was noted by a look of which nobody knows how far it came.
  mutating func remember(_ feeds: [FeedRecord]) {
    named = [:]
    for feed in feeds {
      guard let since = feed.namedSince else { continue }
      named[ServiceReference(contract: feed.contract, kind: feed.service)] = (
        feed.account, CalendarDay(at: since)
      )
    }
  }

  func entry(of pair: AccountPair, on today: CalendarDay) -> Entry {
    let claims = services.filter { $0.draft.pairs[$0.service.kind] == pair }
    if let claim = claims.first {
      let isOpen =
        claims.count == 1 && isOpen(claim.draft, on: today)
        && !isToAskAgain(claim.draft, claim.service, pair)
      return isOpen ? .everything : .nothing
    }
    let former = services.first { draft, service in
      draft.pairs[service.kind] != nil && brought[service]?.contains(pair) == true
    }
    guard let former else { return .nothing }
    return isOpen(former.draft, on: today) ? .knownParcels : .nothing
  }

  private func isOpen(_ draft: Draft, on today: CalendarDay) -> Bool {
    draft.hasUsername && draft.isActive && draft.plan != "free"
      && draft.requested.map { $0 <= today.description } == true
  }

  /// Whether a service has another account than the one under which its rows came, and the carrier
  /// was told before that.
  private func isToAskAgain(
    _ draft: Draft, _ service: ServiceReference, _ pair: AccountPair
  ) -> Bool {
    guard let others = brought[service], !others.contains(pair), let requested = draft.requested,
      let since = named[service]?.since
    else { return false }
    return requested < since.description
  }
}
