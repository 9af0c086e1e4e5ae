import Carrier
import Contract
import ParcelStore
import SFTP
import SSH
import Synchronization
import TrackingFile

/// Takes what one source has: one call, one connection, one look. Several drainers may write to one store
/// at a time, each with its own session and its own groups; the store commits one group after the other.
///
/// ```swift
/// let drainer = Drainer(source: source, store: store, observer: log)
/// let summary = try await drainer.drain(rules, waitingForRest: true)
/// ```
public actor Drainer {
  private let source: DropSource
  private let store: any EventStore
  private let observer: any IngestObserver
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  private var watch = SettleWatch()
  /// The same for folders that are looked at last.
  private var lastWatch = SettleWatch()
  /// How long to wait before each further look of this poll.
  private var waits: ArraySlice<Duration> = []
  private let shared: StoreUpkeep
  /// The rules by which files were last looked up that another layout could hardly read.
  private var retriedBy: Int?
  /// Whether the server has nothing to do but wait with us.
  private var isResting = false

  public init(
    source: DropSource, store: any EventStore, observer: any IngestObserver,
    upkeep: StoreUpkeep, now: @escaping @Sendable () -> Int64
  ) {
    self.source = source
    self.store = store
    self.observer = observer
    self.now = now
    shared = upkeep
  }

  /// Connects, lists, takes the new files that are at rest, and does the post-actions.
  ///
  /// - Parameters:
  ///   - rules: those that are exchanged meanwhile are in force from the next file on, and what they hold
  ///     from the next batch on. Held rows that they let in come in with the next poll.
  ///   - waitingForRest: look again after as long as the settle rule needs, if that is not long; a daemon
  ///     polls again anyway.
  /// - Throws: `SSHError`, `SFTPError` or `StoreError`; what was committed by then stays.
  public func drain(_ rules: any RulesSource, waitingForRest: Bool) async throws -> PollSummary {
    observer.report(.pollStarted)
    let started = ContinuousClock.now
    // Before anything that the server could keep us from.
    try await readAgain(rules.current)
    let released = try await shared.keepUp(rules)
    let waits = rules.current.settle.waits(forRest: waitingForRest)
    var (summary, deferred) = try await look(rules, waits)
    var failure: (any Error)?
    if !deferred.isEmpty {
      do {
        summary += try await look(rules, waits, last: deferred).summary
      } catch {
        // What the others gave counts all the same.
        failure = error
      }
    }
    // What upkeep could not say before the look, too.
    if summary.counts.rows > 0 || released != nil {
      // What waits in the drop may be what was missed.
      let hasLooked = summary.settling == 0 && failure == nil
      try await shared.upkeep.noteFeeds(rules.current, looked: hasLooked ? source.id : nil)
    }
    if summary.counts.held > 0 { try await shared.tellNearMatches(rules.current) }
    if let failure { throw failure }
    summary.finish(since: started, released: released ?? 0)
    observer.report(.pollFinished(summary))
    return summary
  }

  /// Has files read again that another layout could hardly read, where the rules are new.
  private func readAgain(_ rules: Rules) async throws(StoreError) {
    guard rules.revision != retriedBy else { return }
    try await shared.upkeep.readAgain(rules, of: source.id)
    retriedBy = rules.revision
  }

  /// What a look did, and the folders that it left until last.
  private typealias Look = (summary: PollSummary, deferred: [[RemoteName]])

  /// Looks at the drop over a connection of its own, and takes what there is.
  /// - Parameter last: folders that a look has left until last; nil: all others.
  private func look(
    _ rules: any RulesSource, _ waits: [Duration], last: [[RemoteName]]? = nil
  ) async throws -> Look {
    self.waits = waits[...]
    while true {
      isResting = false
      do {
        return try await connect(rules, last)
      } catch let error as SFTPError where error.kind == .connectionLost && isResting {
        // It hangs up on those who are silent. What was seen so far counts, so each further
        // connection has one wait less before it.
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
    var listing = try await source.list(client, store, observer, last: last)
    let rules = inForce.current
    // Most polls find nothing new.
    let gate = listing.unfinished.isEmpty ? nil : try await makeGate(rules, in: inForce)
    try await setAside(&listing, rules, gate?.gate)
    var (ready, waiting) = judge(listing, rules)
    while !waiting.isEmpty, let wait = waits.popFirst() {
      isResting = true
      try await Task.sleep(for: wait)
      listing = try await source.list(client, store, observer, last: last)
      isResting = false
      try await setAside(&listing, rules, gate?.gate)
      (ready, waiting) = judge(listing, rules)
    }
    for folder in listing.closed.prefix(Self.mostTold) {
      observer.report(.folderClosed(path: folder.path, error: folder.reason))
    }
    if listing.closed.count > Self.mostTold {
      observer.report(.foldersClosed(more: listing.closed.count - Self.mostTold))
    }
    try await noteWaiting(waiting)

    var summary = PollSummary()
    var troubled = try await TroubledFiles(of: source.id, store)
    let (usual, alone) = troubled.part(ready)
    if !usual.isEmpty, let gate { summary = try await take(usual, gate, client) }
    summary.add(listed: listing.count, waiting: waiting.count)
    let actions = PostActions(
      source: source, store: store, observer: observer, now: now())
    summary.add(postActionError: try await actions.run(client, listing))
    if !alone.isEmpty, let gate,
      try await takeLast(alone, gate, client, &troubled, &summary)
    {
      summary.add(postActionError: try await actions.run(client, listing))
    }
    return (summary, listing.deferred)
  }

  /// Splits the files of a listing that are new into those at rest and the others.
  private func judge(
    _ listing: DropListing, _ rules: Rules
  ) -> (ready: [ListedFile], waiting: [ListedFile]) {
    listing.isOfLast
      ? lastWatch.judge(
        listing.unfinished, rule: rules.settle, newestTime: listing.newestTime)
      : watch.judge(listing.unfinished, rule: rules.settle, newestTime: listing.newestTime)
  }

  private func makeGate(
    _ rules: Rules, in source: any RulesSource
  ) async throws(StoreError) -> GateInForce {
    // They may have been exchanged since upkeep.
    try await shared.noteFeedsIfNew(rules)
    return try await GateInForce(source, rules, store, shared.upkeep, now: now)
  }

  /// Files that begin to wait or are held, and folders that are closed, of which each is told by itself.
  private static let mostTold = 10

  private func noteWaiting(_ files: [ListedFile]) async throws {
    let reason = "it may still be written: its size or time moved, or it is new"
    let new = try await store.noteSettling(files.map(\.sighting), reason: reason)
    for file in new.prefix(Self.mostTold) {
      observer.report(.fileSettling(path: file.path, reason: reason))
    }
    if new.count > Self.mostTold {
      observer.report(.filesSettling(more: new.count - Self.mostTold))
    }
  }

  /// Reads files over which the connection was lost before, each open alone; all else is done by then. One
  /// that costs it again has failed by that, and the rest waits for the next poll.
  /// - Returns: whether the connection still holds.
  private func takeLast(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient,
    _ troubled: inout TroubledFiles, _ summary: inout PollSummary
  ) async throws -> Bool {
    let reading = try await read(files, gate, client, filesAhead: 1)
    summary += reading.summary
    // Whoever was stopped on the way has not tried them all.
    if reading.lost.isEmpty { try reading.result.get() }
    try await troubled.tried(files, lossOver: reading.lost.first, store)
    return reading.lost.isEmpty
  }

  /// Takes files out of a listing whose path names an account that may not come in; they are fetched
  /// once its contract allows them.
  private func setAside(
    _ listing: inout DropListing, _ rules: Rules, _ gate: Gate?
  ) async throws {
    guard let path = rules.layout.path, let gate else { return }
    var held: [HeldFile] = []
    listing.unfinished.removeAll { file in
      guard let account = path.account(in: file.path), let reason = gate.reason(against: account)
      else { return false }
      held.append(HeldFile(sighting: file.sighting, account: account, reason: reason))
      return true
    }
    let new = try await store.noteHeld(held)
    for file in new.prefix(Self.mostTold) { observer.report(.fileHeld(file)) }
    if new.count > Self.mostTold { observer.report(.filesHeld(more: new.count - Self.mostTold)) }
    let unknown = new.filter { $0.reason == .unknownAccount }.map(\.account)
    if !unknown.isEmpty { try await shared.tellNearMatches(rules, named: unknown) }
  }

  /// Reads the files as usual: many are open at a time.
  private func take(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient
  ) async throws -> PollSummary {
    let reading = try await read(files, gate, client, filesAhead: FileFetch.filesAhead)
    if !reading.lost.isEmpty {
      var troubled = try await TroubledFiles(of: source.id, store)
      // The one whose turn it was is the likeliest, so the others are tried before it.
      try await troubled.add(Array(reading.lost[1...] + reading.lost[..<1]), store)
    }
    try reading.result.get()
    return reading.summary
  }

  /// What became of some files.
  private struct Reading {
    var summary: PollSummary
    /// The files that were open when the connection was lost; empty where it was not.
    var lost: [ListedFile]
    var result: Result<Void, any Error>
  }

  private func read(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient, filesAhead: Int
  ) async throws -> Reading {
    var taking = gate
    try await taking.take()
    defer { gate.giveBack() }
    let inForce = taking
    let rules = inForce.rules
    let writer = GroupWriter(
      store: store, observer: observer, now: now)
    let lost = Mutex<[ListedFile]>([])
    let fetch = FileFetch(source: source, observer: observer, limit: filesAhead) { files in
      lost.withLock { $0 = files }
    }
    let result: Result<Int64, any Error>
    do {
      let bytes = try await source.withClients(
        for: files, beside: client, progress: observer.alive
      ) { clients in
        var intake = FileIntake(
          inForce, store: store, writer: writer, observer: observer,
          drop: FileIntake.Drop(source, rules.settle, now: now))
        return try await fetch.run(files, over: clients, into: &intake)
      }
      result = .success(bytes)
    } catch {
      result = .failure(error)
    }
    let open = lost.withLock { $0 }
    if open.count == 1, let file = open.first, case .failure(let error as SFTPError) = result {
      // It was open alone, so it is the reason.
      try await writer.append(
        .unread(file.sighting, layout: rules.layout.name, .failed, error: error.description))
    }
    // Also after a failure: what was read is good, and reading it again would only cost time.
    try await writer.flush()
    var summary = PollSummary()
    summary.add(await writer.committed, bytes: (try? result.get()) ?? 0)
    return Reading(summary: summary, lost: open, result: result.map { _ in })
  }
}
