import Carrier
import Contract
import ParcelStore
import TrackingFile

/// What contracts ask for besides reading files: held rows that may come in, held rows that are too old
/// to be kept, and a note of how each contract stands.
public struct Upkeep: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  private let rhythms = RhythmMemory()
  /// Feeds are compared with what was noted last by one at a time.
  private let turn = Turn()

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// - Parameter accountID: only held rows of this account ID; nil: all.
  /// - Returns: the rows that were let in, account by account.
  @discardableResult
  public func run(
    _ source: any RulesSource, accountID: String? = nil
  ) async throws -> [ReleasedRows] {
    let rules = source.current
    // First, because the gate asks since when a pair is named.
    try await noteFeeds(rules)
    let release = HeldRelease(store: store, observer: observer, now: now)
    var inForce = try await GateInForce(source, rules, store, self, now: now)
    let released = try await release.run(&inForce, accountID: accountID)
    if !released.isEmpty { try await noteFeeds(inForce.rules) }
    try await expire(inForce.rules)
    try await store.forgetDays(before: CalendarDay(at: now() - 2 * RhythmMemory.span))
    return released
  }

  /// Has files of a source read again of which another layout than the one in force could read little or
  /// nothing. To be asked when rules are new.
  func readAgain(_ rules: Rules, of source: SourceID) async throws(StoreError) {
    let files = try await store.readAgain(unlessReadBy: rules.layout.written, of: source)
    if files > 0 { observer.report(.filesRetried(files, layout: rules.layout.name)) }
  }

  /// Throws away held rows that are older than they are kept.
  private func expire(_ rules: Rules) async throws(StoreError) {
    if let retention = rules.heldRetention {
      let before = now() - retention.components.seconds
      let rows = try await store.discardHeld(HeldSelection(before: before))
      if rows > 0 { observer.report(.heldExpired(rows: rows)) }
    }
  }

  /// Accounts that are pointed out one by one at a time: a file may have thousands.
  private static let mostMatches = 10

  /// Points out accounts of which rows are held as unknown, but which may be misspelt ones of a contract.
  /// - Parameters:
  ///   - named: unknown accounts that paths of files name.
  ///   - told: accounts that were looked at before; those looked at now are added.
  ///   - isKnown: whether all were told before this process began, so that they only count as told.
  func tellNearMatches(
    _ rules: Rules, named: [AccountPair] = [], told: inout Set<AccountPair>, isKnown: Bool = false
  ) async throws(StoreError) {
    var index: NearMatchIndex?
    var found = 0
    let held = try await store.heldAccounts().filter { $0.reason == .unknownAccount }
    for account in held.map(\.account) + named where told.insert(account).inserted && !isKnown {
      let near = index ?? NearMatchIndex(rules.contracts)
      index = near
      guard let match = near.matches(of: account).first else { continue }
      found += 1
      if found <= Self.mostMatches { observer.report(.nearMatch(account, match)) }
    }
    if found > Self.mostMatches { observer.report(.nearMatches(more: found - Self.mostMatches)) }
  }

  /// Notes how each contract stands; see `FeedWatch.update`.
  /// - Parameter looked: the source that was looked at just now, and in which nothing waits.
  func noteFeeds(_ rules: Rules, looked: SourceID? = nil) async throws(StoreError) {
    await turn.take()
    defer { turn.giveBack() }
    try await FeedWatch(store: store, observer: observer, rhythms: rhythms)
      .update(rules, now: now(), looked: looked)
  }
}
