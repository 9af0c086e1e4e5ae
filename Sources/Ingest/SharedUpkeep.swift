import Carrier
import ParcelStore

/// The `ContractUpkeep` of a store that several drainers share: the first one to come does the work that is
/// due, and the others go on reading meanwhile.
public actor SharedUpkeep {
  nonisolated let upkeep: ContractUpkeep
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  /// The revision of the rules by which it was done last, and when: seconds since 1970.
  private var done: (revision: Int, at: Int64)?
  /// Whether a drainer is doing it.
  private var isBusy = false
  /// Unknown accounts that were already compared with the contracts' accounts.
  private var lookedAt: Set<AccountPair> = []

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    upkeep = ContractUpkeep(store: store, observer: observer, now: now)
    self.now = now
  }

  /// Seconds after which feeds are looked at again, as one may have fallen silent.
  private static let interval: Int64 = 300

  /// Does the work if it is due. All of it is due when the rules are new, and on a new day, which may be the
  /// first of a contract; the state of the feeds is due every five minutes.
  /// - Returns: how many held rows were let in; nil if nothing was due or another drainer is doing it.
  func keepUp(_ inForce: any RulesSource) async throws -> Int? {
    guard !isBusy else { return nil }
    isBusy = true
    defer { isBusy = false }
    let now = now()
    let rules = inForce.current
    guard try await upkeep.store.hasUpkeep() else {
      // Its gate needs to know since when a contract names a pair.
      try await noteFeedsIfNew(rules)
      done = (rules.revision, now)
      return nil
    }
    var released = 0
    if let done, done.revision == rules.revision, CalendarDay(at: done.at) == CalendarDay(at: now) {
      guard abs(now - done.at) >= Self.interval else { return nil }
      try await upkeep.noteFeeds(rules)
    } else {
      for rows in try await upkeep.run(inForce) { released += rows.counts.released }
      // New contracts may be similar to other accounts. Rows that were held before this process started
      // were reported at that time.
      if rules.revision != done?.revision { lookedAt = [] }
      try await reportNearMatches(rules, isKnown: done == nil)
    }
    done = (rules.revision, now)
    return released
  }

  /// Records the state of the feeds if the rules are newer than at the last `keepUp`.
  func noteFeedsIfNew(_ rules: Rules) async throws(StoreError) {
    if rules.revision != done?.revision { try await upkeep.noteFeeds(rules) }
  }

  /// Reports unknown accounts that may be misspelt; see `ContractUpkeep.reportNearMatches`.
  func reportNearMatches(
    _ rules: Rules, named: [AccountPair] = [], isKnown: Bool = false
  ) async throws(StoreError) {
    // A copy, as another task may enter the actor during the await.
    var seen = lookedAt
    try await upkeep.reportNearMatches(rules, named: named, lookedAt: &seen, isKnown: isKnown)
    lookedAt.formUnion(seen)
  }
}
