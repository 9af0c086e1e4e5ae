import Carrier
import Contract
import ParcelStore

/// What may come in, pair by pair, by the rules of docs/operations.md, each written down once:
///
/// 1. A pair that two contracts name lets nothing in.
/// 2. A pair that a contract names lets everything in once the contract is complete, subscribed and
///    requested, and one of its services that name the pair need not ask the carrier again.
/// 3. A service has to ask again when rows of it came under other pairs, none ever came for such a service
///    under this one, and the day of the request lies before the day on which it named the pair first. Of
///    two services that share a pair, what came for one came for both.
/// 4. Until it has asked, parcels that are known under the pair come in all the same.
/// 5. A pair that nobody names belongs to the last of the services there are that brought rows under it;
///    with an open contract its known parcels come in.
/// 6. A contract that is gone, and one without a past that names a pair of it for the same kind of service,
///    are one contract under a new name.
/// 7. A pair of which all that is false may be skipped, if every pair of every contract is known, no two
///    contracts claim one, and it never was a contract's.
struct GateModel {
  enum Entry: Sendable {
    case nothing
    /// What was on its way when the service got another account.
    case knownParcels
    case everything
  }

  /// The contracts in force.
  var drafts: [Draft] = []
  /// The pairs that each service named: on which day first, and at which look last.
  private var naming: [ServiceReference: [AccountPair: (first: CalendarDay, look: Int)]] = [:]
  /// The pair that each service named at the last look.
  private var named: [ServiceReference: AccountPair] = [:]
  /// The pairs under which rows of each service came.
  private var brought: [ServiceReference: Set<AccountPair>] = [:]
  private var looks = 0

  private var services: [(draft: Draft, service: ServiceReference)] {
    drafts.sorted { $0.id < $1.id }.flatMap { draft in
      ServiceKind.allCases.map { (draft, ServiceReference(contract: draft.id, kind: $0)) }
    }
  }

  /// Looks at the contracts in force.
  mutating func look(on today: CalendarDay) {
    rename()
    looks += 1
    for (draft, service) in services {
      guard let pair = draft.pairs[service.kind] else { continue }
      if claims(of: pair).contains(where: { $0.draft.id != draft.id }) { continue }
      if let before = named[service], before != pair { naming[service]?[before]?.look = looks }
      naming[service, default: [:]][pair] = (
        naming[service]?[pair]?.first ?? today, .max
      )
      named[service] = pair
      for other in named.keys where other != service && named[other] == pair {
        guard !claims(of: pair).contains(where: { $0.service == other }) else { continue }
        naming[other]?[pair]?.look = looks
        named[other] = nil
      }
    }
  }

  /// Rule 6.
  private mutating func rename() {
    let gone = Set(named.keys.map(\.contract)).filter { id in !drafts.contains { $0.id == id } }
    let heirs = drafts.map(\.id).sorted().filter { id in
      !brought.contains { $0.key.contract == id && !$0.value.isEmpty }
    }
    for old in gone.sorted() {
      func matches(_ id: String) -> Int {
        services.count { draft, service in
          guard draft.id == id, let pair = draft.pairs[service.kind],
            claims(of: pair).allSatisfy({ $0.draft.id == id })
          else { return false }
          return named[ServiceReference(contract: old, kind: service.kind)] == pair
        }
      }
      guard let heir = heirs.max(by: { matches($0) < matches($1) }), matches(heir) > 0 else {
        continue
      }
      for kind in ServiceKind.allCases {
        let (from, to) = (
          ServiceReference(contract: old, kind: kind), ServiceReference(contract: heir, kind: kind)
        )
        brought[to, default: []].formUnion(brought.removeValue(forKey: from) ?? [])
        naming[to, default: [:]].merge(naming.removeValue(forKey: from) ?? [:]) { own, old in
          (min(own.first, old.first), max(own.look, old.look))
        }
        named[to] = named.removeValue(forKey: from) ?? named[to]
      }
    }
  }

  /// Takes over what came under which pair, and what a look that nobody saw the end of has noted.
  mutating func learn(_ feeds: [FeedRecord]) {
    brought = [:]
    for feed in feeds where feed.lastRowAt != nil {
      brought[feed.reference, default: []].insert(feed.account)
    }
  }

  mutating func remember(_ feeds: [FeedRecord]) {
    named = [:]
    naming = [:]
    // Looks are later than what was noted before.
    looks = max(looks, Int(feeds.compactMap(\.namedUntil).max() ?? 0))
    for feed in feeds {
      guard let first = feed.firstNamedAt else { continue }
      let until = feed.namedSince == nil ? Int(feed.namedUntil ?? 0) : .max
      naming[feed.reference, default: [:]][feed.account] = (CalendarDay(at: first), until)
      if feed.namedSince != nil { named[feed.reference] = feed.account }
    }
  }

  private func claims(of pair: AccountPair) -> [(draft: Draft, service: ServiceReference)] {
    services.filter { $0.draft.pairs[$0.service.kind] == pair }
  }

  func isNamed(_ pair: AccountPair) -> Bool { !claims(of: pair).isEmpty }

  /// Whether every pair of every contract is known, and whose it is (rule 7).
  var isClear: Bool {
    drafts.allSatisfy { draft in
      !draft.pairs.isEmpty
        && draft.pairs.values.allSatisfy { pair in
          claims(of: pair).allSatisfy { $0.draft.id == draft.id }
        }
    }
  }

  func entry(of pair: AccountPair, on today: CalendarDay) -> Entry {
    let claims = claims(of: pair)
    if let draft = claims.first?.draft {
      guard Set(claims.map(\.draft.id)).count == 1, isOpen(draft, on: today) else {
        return .nothing
      }
      if claims.contains(where: { !isToAskAgain(draft, $0.service, pair) }) { return .everything }
      return brought.values.contains { $0.contains(pair) } ? .knownParcels : .nothing
    }
    let holders = services.filter { draft, service in
      draft.pairs[service.kind] != nil && brought[service]?.contains(pair) == true
    }
    let last = holders.max { one, two in
      (naming[one.service]?[pair]?.look ?? 0) < (naming[two.service]?[pair]?.look ?? 0)
    }
    guard let last else { return .nothing }
    return isOpen(last.draft, on: today) ? .knownParcels : .nothing
  }

  private func isOpen(_ draft: Draft, on today: CalendarDay) -> Bool {
    draft.hasUsername && draft.isActive && draft.plan != "free"
      && draft.requested.map { $0 <= today.description } == true
  }

  /// Rule 3.
  private func isToAskAgain(
    _ draft: Draft, _ service: ServiceReference, _ pair: AccountPair
  ) -> Bool {
    guard let others = brought[service], !others.isEmpty, !others.contains(pair),
      let requested = draft.requested,
      let first = naming[service]?[pair]?.first
    else { return false }
    let came = brought.contains { other, pairs in
      pairs.contains(pair)
        && (other.kind == service.kind
          || other.contract == draft.id && draft.pairs[other.kind] == pair)
    }
    return !came && requested < first.description
  }
}
