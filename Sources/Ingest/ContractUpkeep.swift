import Carrier
import Contract
import ParcelStore
import TrackingFile

/// The work that contracts need besides reading files: it lets in held rows that a contract now allows,
/// deletes held rows that are older than they are kept, and records the state of each contract's feeds.
public struct ContractUpkeep: Sendable {
  let store: any EventStore
  private let observer: any IngestObserver
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  private let rhythms = RhythmMemory()
  /// One task at a time compares the feeds with what was recorded last.
  private let turn = Turn()

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// Does all of it once.
  /// - Parameter accountID: lets in held rows of this account ID only; nil: of all.
  /// - Returns: the rows that were let in, account by account.
  @discardableResult
  public func run(
    _ source: any RulesSource, accountID: String? = nil
  ) async throws -> [ReleasedRows] {
    let rules = source.current
    // First, because the gate needs to know since when a contract names a pair.
    try await noteFeeds(rules)
    let release = HeldRelease(store: store, observer: observer, now: now)
    var inForce = try await GateInForce(source, rules, store, self, now: now)
    let released = try await release.run(&inForce, accountID: accountID)
    if !released.isEmpty { try await noteFeeds(inForce.rules) }
    try await expire(inForce.rules)
    try await RawCopyUpkeep(store: store, observer: observer, now: now).run(inForce.rules)
    try await store.forgetDays(before: CalendarDay(at: now() - 2 * RhythmMemory.span))
    return released
  }

  /// Marks files of a source to be read again if another layout than today's could read little or nothing of
  /// them. Called when the rules are new.
  func readAgain(_ rules: Rules, of source: SourceID) async throws(StoreError) {
    let files = try await store.readAgain(unlessReadBy: rules.layout.written, of: source)
    if files > 0 { observer.report(.filesRetried(files, layout: rules.layout.name)) }
  }

  /// Deletes held rows that are older than `heldRetention`.
  private func expire(_ rules: Rules) async throws(StoreError) {
    if let retention = rules.heldRetention {
      let before = now() - retention.components.seconds
      let rows = try await store.discardHeld(HeldSelection(before: before))
      if rows > 0 { observer.report(.heldExpired(rows: rows)) }
    }
  }

  /// How many accounts are reported one by one: a file may have thousands.
  private static let mostMatches = 10

  /// Reports unknown accounts with held rows that look like a misspelt account of a contract.
  /// - Parameters:
  ///   - named: unknown accounts that paths of files name.
  ///   - lookedAt: accounts that were looked at before; those looked at now are added.
  ///   - isKnown: whether an earlier process reported them all, so that they are only added to `lookedAt`.
  func reportNearMatches(
    _ rules: Rules, named: [AccountPair] = [], lookedAt: inout Set<AccountPair>,
    isKnown: Bool = false
  ) async throws(StoreError) {
    var index: NearMatchIndex?
    var found = 0
    let held = try await store.heldAccounts().filter { $0.reason == .unknownAccount }
    for account in held.map(\.account) + named where lookedAt.insert(account).inserted && !isKnown {
      let near = index ?? NearMatchIndex(rules.contracts)
      index = near
      guard let match = near.matches(of: account).first else { continue }
      found += 1
      if found <= Self.mostMatches { observer.report(.nearMatch(account, match)) }
    }
    if found > Self.mostMatches { observer.report(.nearMatches(more: found - Self.mostMatches)) }
  }

  /// Records the state of each contract's feeds; see `FeedWatch.update`.
  /// - Parameter looked: the source that was read just now and has no more files that wait.
  func noteFeeds(_ rules: Rules, looked: SourceID? = nil) async throws(StoreError) {
    await turn.take()
    defer { turn.giveBack() }
    try await FeedWatch(store: store, observer: observer, rhythms: rhythms)
      .update(rules, now: now(), looked: looked)
  }
}
