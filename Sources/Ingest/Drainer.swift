import Carrier
import Contract
import ParcelStore
import SFTP
import SSH
import Synchronization
import TrackingFile

/// Reads the new files of one source into the store. Each call of `drain` is one poll with a connection of
/// its own. Several drainers may write to one store at a time: each commits groups of its own, and the store
/// commits one group after the other. Drainers of several processes share the files of a source where the store has
/// a team: one lists, and all read; see `Drainer+Team.swift`.
///
/// ```swift
/// let drainer = Drainer(source: source, store: store, observer: log)
/// let summary = try await drainer.drain(rules, waitingForRest: true)
/// ```
public actor Drainer {
  let source: DropSource
  let store: any EventStore
  let observer: any IngestObserver
  /// Seconds since 1970.
  let now: @Sendable () -> Int64
  private var watch = SettleWatch()
  /// The same for the folders that are listed last; see `TroubledFolders`.
  private var lastWatch = SettleWatch()
  /// How long to wait before each further listing of this poll.
  private var waits: ArraySlice<Duration> = []
  /// Whether this poll ends only when all files of its listing are read, by whomever.
  private(set) var waitsForOthers = false
  let upkeep: SharedUpkeep
  /// The revision of the rules when `readAgain` was called last.
  private var retriedBy: Int?
  /// Whether the poll waits before it lists again, and the server has nothing to do.
  var isResting = false
  /// The right to list the source, which the poll in hand has; nil: nobody else can list it.
  var hold: DutyHold?

  public init(
    source: DropSource, store: any EventStore, observer: any IngestObserver,
    upkeep: SharedUpkeep, now: @escaping @Sendable () -> Int64
  ) {
    self.source = source
    self.store = store
    self.observer = observer
    self.now = now
    self.upkeep = upkeep
  }

  /// Connects, lists the files, reads new ones that are complete, and does the post-actions.
  ///
  /// - Parameters:
  ///   - rules: may be replaced during the call. New rules decide which rows are held from the next batch on;
  ///     files are read by a new layout from the next file on. Held rows that they allow come in at the next
  ///     poll.
  ///   - waitingForRest: whether to list again after as long as the settle rule needs, if that is short, and to wait
  ///     for what other workers read. A daemon need not, as it polls again.
  ///   - interval: if another worker has listed the source within this time, it is not listed again.
  /// - Throws: `SSHError`, `SFTPError`, `StoreError` or `MapConflict`; what was committed before stays.
  public func drain(
    _ rules: any RulesSource, waitingForRest: Bool, unlessListedWithin interval: Duration? = nil
  ) async throws -> PollSummary {
    observer.report(.pollStarted)
    guard let team = store.team else {
      return try await list(rules, waitingForRest: waitingForRest)
    }
    return try await drain(
      rules, with: team, waitingForRest: waitingForRest, unlessListedWithin: interval)
  }

  /// Lists the source, reads what is there, and does the post-actions.
  func list(_ rules: any RulesSource, waitingForRest: Bool) async throws -> PollSummary {
    let started = ContinuousClock.now
    waitsForOthers = waitingForRest
    // Before the connection, which may fail.
    try await readAgain(rules.current)
    let released = try await upkeep.keepUp(rules)
    let waits = rules.current.settle.waits(forRest: waitingForRest)
    var (summary, deferred) = try await look(rules, waits)
    var failure: (any Error)?
    if !deferred.isEmpty {
      do {
        summary += try await look(rules, waits, last: deferred).summary
      } catch {
        // What was read from the other folders still counts.
        failure = error
      }
    }
    // Rows have come since `keepUp`, so the state of the feeds may have changed.
    if summary.counts.rows > 0 || released != nil {
      // A feed is not silent if its rows may be in a file that still waits.
      var hasLooked = summary.settling == 0 && failure == nil
      if hasLooked { hasLooked = try await !isReadElsewhere() }
      try await upkeep.upkeep.noteFeeds(rules.current, looked: hasLooked ? source.id : nil)
    }
    if summary.counts.held > 0 { try await upkeep.reportNearMatches(rules.current) }
    if let failure { throw failure }
    summary.finish(since: started, released: released ?? 0)
    summary.hasListed = true
    observer.report(.pollFinished(summary))
    return summary
  }

  /// If the rules are new: marks files to be read again that another layout could hardly read.
  private func readAgain(_ rules: Rules) async throws(StoreError) {
    guard rules.revision != retriedBy else { return }
    try await upkeep.upkeep.readAgain(rules, of: source.id)
    retriedBy = rules.revision
  }

  /// The result of one listing and what was read after it, and the folders that were left until last.
  private typealias Look = (summary: PollSummary, deferred: [[RemoteName]])

  /// Connects, lists and reads.
  /// - Parameter last: folders that an earlier call has left until last; nil: all others.
  private func look(
    _ rules: any RulesSource, _ waits: [Duration], last: [[RemoteName]]? = nil
  ) async throws -> Look {
    self.waits = waits[...]
    while true {
      isResting = false
      do {
        return try await connect(rules, last)
      } catch let error as SFTPError where error.kind == .connectionLost && isResting {
        // Some servers end a connection that is silent. `waits` keeps what is left to wait, so this loop
        // ends.
      }
    }
  }

  private func connect(_ rules: any RulesSource, _ last: [[RemoteName]]?) async throws -> Look {
    let started = ContinuousClock.now
    return try await source.withClient(progress: observer.alive) { client in
      observer.report(
        .sourceConnected(
          host: source.endpoint.host,
          milliseconds: Int((ContinuousClock.now - started) / .milliseconds(1))))
      return try await drain(rules, client, last)
    }
  }

  private func drain(
    _ inForce: any RulesSource, _ client: SFTPClient, _ last: [[RemoteName]]?
  ) async throws -> Look {
    try await store.wake(at: now())
    let rules = inForce.current
    var listing = try await source.list(
      client, store, observer, settle: rules.settle, last: last)
    // Most polls find nothing new and need no gate.
    let gate = listing.unfinished.isEmpty ? nil : try await makeGate(rules, in: inForce)
    try await setAside(&listing, rules, gate?.gate)
    var (ready, waiting) = judge(listing, rules)
    while !waiting.isEmpty, let wait = waits.popFirst() {
      isResting = true
      try await Task.sleep(for: wait)
      let earlier = listing.unseen
      listing = try await source.list(
        client, store, observer, settle: rules.settle, last: last)
      isResting = false
      listing.unseen.keepMissing(alsoIn: earlier)
      try await setAside(&listing, rules, gate?.gate)
      (ready, waiting) = judge(listing, rules)
    }
    listing.reportClosed(to: observer, atMost: Self.mostReported)
    var unmatched = try await UnmatchedFiles(of: source.id, store)
    try await unmatched.report(listing, store, observer)
    let lost = try await LostFiles.note(listing.unseen, store, observer, at: now())
    try await noteWaiting(waiting, rules.settle.reasonToWait)

    var summary = PollSummary()
    summary.add(listed: listing.count, waiting: waiting.count)
    summary.add(lost: lost)
    let actions = PostActions(
      source: source, store: store, observer: observer, now: now(), uses: SidecarUses(listing),
      hold: hold)
    var troubled = try await TroubledFiles(of: source.id, store)
    let (usual, alone) = troubled.part(ready)
    if let team = store.team {
      let shared = try await share(usual, alone: alone, with: team, gate, client)
      summary += shared.summary
      if !shared.isConnected { return (summary, listing.deferred) }
    } else if !usual.isEmpty, let gate {
      var files = OwnFiles(usual)
      summary += try await reading.take(&files, gate, client, for: usual)
    }
    summary.add(postActionError: try await actions.run(client, listing))
    if store.team == nil, !alone.isEmpty, let gate,
      try await reading.takeLast(alone, gate, client, &troubled, &summary)
    {
      summary.add(postActionError: try await actions.run(client, listing))
    }
    return (summary, listing.deferred)
  }

  /// Splits the new files of a listing into those that are complete and the others.
  private func judge(
    _ listing: DropListing, _ rules: Rules
  ) -> (ready: [ListedFile], waiting: [ListedFile]) {
    listing.isOfLast
      ? lastWatch.judge(
        listing.unfinished, rule: rules.settle, newestTime: listing.newestTime)
      : watch.judge(listing.unfinished, rule: rules.settle, newestTime: listing.newestTime)
  }

  func makeGate(
    _ rules: Rules, in source: any RulesSource
  ) async throws(StoreError) -> GateInForce {
    // The rules may be newer than those of `keepUp`.
    try await upkeep.noteFeedsIfNew(rules)
    return try await GateInForce(source, rules, store, upkeep.upkeep, now: now)
  }

  /// How many waiting files, held files or closed folders are reported one by one; of the rest only the
  /// number is.
  private static let mostReported = 10

  var reading: DropReading {
    DropReading(source: source, store: store, observer: observer, now: now)
  }

  private func noteWaiting(_ files: [ListedFile], _ reason: String) async throws {
    let new = try await store.noteSettling(files.map(\.sighting), reason: reason)
    for file in new.prefix(Self.mostReported) {
      observer.report(.fileSettling(path: file.path, reason: reason))
    }
    if new.count > Self.mostReported {
      observer.report(.filesSettling(more: new.count - Self.mostReported))
    }
  }

  /// Takes files out of a listing if their path names an account whose rows may not come in. They are fetched
  /// when its contract allows it.
  private func setAside(
    _ listing: inout DropListing, _ rules: Rules, _ gate: Gate?
  ) async throws {
    guard rules.layout.path != nil, let gate else { return }
    var held: [HeldFile] = []
    listing.unfinished.removeAll { file in
      guard let account = rules.layout.account(in: file.path),
        let reason = gate.reason(against: account)
      else { return false }
      held.append(HeldFile(sighting: file.sighting, account: account, reason: reason))
      return true
    }
    let new = try await store.noteHeld(held)
    for file in new.prefix(Self.mostReported) { observer.report(.fileHeld(file)) }
    if new.count > Self.mostReported {
      observer.report(.filesHeld(more: new.count - Self.mostReported))
    }
    let unknown = new.filter { $0.reason == .unknownAccount }.map(\.account)
    if !unknown.isEmpty { try await upkeep.reportNearMatches(rules, named: unknown) }
  }
}
