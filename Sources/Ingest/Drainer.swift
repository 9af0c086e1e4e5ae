import Carrier
import Contract
import ParcelStore
import SFTP
import SSH
import Synchronization
import TrackingFile

/// Reads the new files of one source into the store. Each call of `drain` is one poll with a connection of
/// its own. Several drainers may write to one store at a time: each commits groups of its own, and the store
/// commits one group after the other.
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
  /// The same for the folders that are listed last; see `TroubledFolders`.
  private var lastWatch = SettleWatch()
  /// How long to wait before each further listing of this poll.
  private var waits: ArraySlice<Duration> = []
  private let upkeep: SharedUpkeep
  /// The revision of the rules when `readAgain` was called last.
  private var retriedBy: Int?
  /// Whether the poll waits before it lists again, and the server has nothing to do.
  private var isResting = false

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
  ///   - waitingForRest: whether to list again after as long as the settle rule needs, if that is short. A
  ///     daemon need not, as it polls again.
  /// - Throws: `SSHError`, `SFTPError` or `StoreError`; what was committed before stays.
  public func drain(_ rules: any RulesSource, waitingForRest: Bool) async throws -> PollSummary {
    observer.report(.pollStarted)
    let started = ContinuousClock.now
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
      let hasLooked = summary.settling == 0 && failure == nil
      try await upkeep.upkeep.noteFeeds(rules.current, looked: hasLooked ? source.id : nil)
    }
    if summary.counts.held > 0 { try await upkeep.reportNearMatches(rules.current) }
    if let failure { throw failure }
    summary.finish(since: started, released: released ?? 0)
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
    var troubled = try await TroubledFiles(of: source.id, store)
    let (usual, alone) = troubled.part(ready)
    if !usual.isEmpty, let gate { summary = try await take(usual, gate, client) }
    summary.add(listed: listing.count, waiting: waiting.count)
    summary.add(lost: lost)
    let actions = PostActions(
      source: source, store: store, observer: observer, now: now(),
      uses: SidecarUses(listing))
    summary.add(postActionError: try await actions.run(client, listing))
    if !alone.isEmpty, let gate,
      try await takeLast(alone, gate, client, &troubled, &summary)
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

  private func makeGate(
    _ rules: Rules, in source: any RulesSource
  ) async throws(StoreError) -> GateInForce {
    // The rules may be newer than those of `keepUp`.
    try await upkeep.noteFeedsIfNew(rules)
    return try await GateInForce(source, rules, store, upkeep.upkeep, now: now)
  }

  /// How many waiting files, held files or closed folders are reported one by one; of the rest only the
  /// number is.
  private static let mostReported = 10

  private func noteWaiting(_ files: [ListedFile], _ reason: String) async throws {
    let new = try await store.noteSettling(files.map(\.sighting), reason: reason)
    for file in new.prefix(Self.mostReported) {
      observer.report(.fileSettling(path: file.path, reason: reason))
    }
    if new.count > Self.mostReported {
      observer.report(.filesSettling(more: new.count - Self.mostReported))
    }
  }

  /// Reads files during which the connection was lost before. They come after all other work, and one at a
  /// time. If the connection is lost again, the file that was open has failed, and the rest waits for the
  /// next poll.
  /// - Returns: whether the connection is still there.
  private func takeLast(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient,
    _ troubled: inout TroubledFiles, _ summary: inout PollSummary
  ) async throws -> Bool {
    let reading = try await read(files, gate, client, filesAhead: 1)
    summary += reading.summary
    // After any other error than a lost connection not all of them were tried.
    if reading.lost.isEmpty { try reading.result.get() }
    try await troubled.tried(files, lossOver: reading.lost.first, store)
    return reading.lost.isEmpty
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

  /// Reads files in the usual way: many are open at a time.
  private func take(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient
  ) async throws -> PollSummary {
    let reading = try await read(files, gate, client, filesAhead: FileFetch.filesAhead)
    if !reading.lost.isEmpty {
      var troubled = try await TroubledFiles(of: source.id, store)
      // The file that was being read is the most likely cause, so it is tried last.
      try await troubled.add(Array(reading.lost[1...] + reading.lost[..<1]), store)
    }
    try reading.result.get()
    return reading.summary
  }

  /// The result of reading some files.
  private struct ReadingResult {
    var summary: PollSummary
    /// The files that were open when the connection was lost; empty where it was not.
    var lost: [ListedFile]
    var result: Result<Void, any Error>
  }

  private func read(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient, filesAhead: Int
  ) async throws -> ReadingResult {
    var taking = gate
    // First: taking may fail after the rules were given out.
    defer { gate.giveBack() }
    try await taking.take()
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
        intake.memberFilter = source.root.filter
        return try await fetch.run(files, over: clients, into: &intake)
      }
      result = .success(bytes)
    } catch {
      result = .failure(error)
    }
    let open = lost.withLock { $0 }
    if open.count == 1, let file = open.first, case .failure(let error as SFTPError) = result {
      // No other file was open, so this one is the cause.
      try await writer.append(
        .unread(file.sighting, layout: rules.layout.name, .failed, error: error.description))
    }
    // Also after a failure: the rows that were read are good.
    try await writer.flush()
    var summary = PollSummary()
    summary.add(await writer.committed, bytes: (try? result.get()) ?? 0)
    return ReadingResult(summary: summary, lost: open, result: result.map { _ in })
  }
}
