import Carrier
import ParcelStore

/// The upkeep of a store, shared by all who read sources into it: whoever comes first does what is due,
/// and the others go on reading meanwhile.
public actor StoreUpkeep {
  nonisolated let upkeep: Upkeep
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  /// The rules by which it was done last, and when: seconds since 1970.
  private var done: (revision: Int, at: Int64)?
  /// Whether somebody is at it.
  private var isBusy = false
  /// Unknown accounts that were looked at for misspelt ones.
  private var lookedAt: Set<AccountPair> = []

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    upkeep = Upkeep(store: store, observer: observer, now: now)
    self.now = now
  }

  /// Seconds after which a day may have begun or a feed fallen silent.
  private static let interval: Int64 = 300

  /// Does what contracts ask for besides reading files: all of it with new rules and on a new day, which
  /// may allow what they did not; what time alone changes now and then.
  /// - Returns: what became of rows that were held; nil where nothing was due, or somebody else is at it.
  func keepUp(_ inForce: any RulesSource) async throws -> Int? {
    guard !isBusy else { return nil }
    isBusy = true
    defer { isBusy = false }
    let now = now()
    let rules = inForce.current
    var released = 0
    if let done, done.revision == rules.revision, CalendarDay(at: done.at) == CalendarDay(at: now) {
      guard abs(now - done.at) >= Self.interval else { return nil }
      try await upkeep.noteFeeds(rules)
    } else {
      for rows in try await upkeep.run(inForce) { released += rows.counts.released }
      // Other contracts may be nearer to what is held. What was held before the start was told then.
      if rules.revision != done?.revision { lookedAt = [] }
      try await tellNearMatches(rules, isKnown: done == nil)
    }
    done = (rules.revision, now)
    return released
  }

  /// Notes how the feeds stand by rules that upkeep did not see yet.
  func noteFeedsIfNew(_ rules: Rules) async throws(StoreError) {
    if rules.revision != done?.revision { try await upkeep.noteFeeds(rules) }
  }

  /// Points out unknown accounts that may be misspelt; see `Upkeep.tellNearMatches`.
  func tellNearMatches(
    _ rules: Rules, named: [AccountPair] = [], isKnown: Bool = false
  ) async throws(StoreError) {
    // A copy, as the actor may be entered meanwhile.
    var told = lookedAt
    try await upkeep.tellNearMatches(rules, named: named, told: &told, isKnown: isKnown)
    lookedAt.formUnion(told)
  }
}
