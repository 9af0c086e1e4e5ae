import Carrier
import Contract
import ParcelStore
import Postgres
import TrackingFile

/// Appends one group: turns events into rows of numbers, copies them to the server, and brings statuses, held rows,
/// rejects and ledger up to date. What every commit changes comes last: the counter of `seq` with the journal, then the
/// counts, so that others wait for no more than these and one sync.
///
/// Everything here runs inside one transaction of the writer's session.
struct CommitTransaction {
  private let db: PostgresConnection
  private let worker: Int64
  private let committedAt: Int64
  private var state: WriterState
  private var report = CommitReport()
  private var changes: Set<StoreChange> = []
  private var fullSegments = 0

  /// What became of a group.
  struct Outcome: Sendable {
    var report: CommitReport
    /// Segments of parcels that are full and not written (see `ParcelLookup`).
    var fullSegments: Int
  }

  init(_ db: PostgresConnection, _ state: WriterState, worker: Int64, receivedAt: Int64) {
    self.db = db
    self.state = state
    self.worker = worker
    committedAt = receivedAt
  }

  /// Runs the whole group.
  mutating func run(_ group: CommitGroup) async throws -> Writer.Outcome<Outcome> {
    try await state.load(db)
    var group = group
    var isFirst = true
    while let parts = group.popRun(at: committedAt) {
      if !isFirst {
        try await db.run("TRUNCATE staged_parcel, staged_event")
        try await state.noticeParcels(db)
      }
      isFirst = false
      var run = CommitRun(
        db, worker: worker, receivedAt: parts[0].receivedAt(committedAt: committedAt), parts)
      try await run.append(&state)
      report.add(run)
      changes.formUnion(run.changes)
      fullSegments = max(fullSegments, run.fullSegments)
    }
    if isFirst { report.lastSeq = try await db.integer("SELECT sequence FROM store") ?? 0 }
    return Writer.Outcome(
      result: Outcome(report: report, fullSegments: fullSegments), memory: state, changes: changes)
  }
}

extension CommitReport {
  fileprivate mutating func add(_ run: CommitRun) {
    for (index, refusal) in run.refusals { refusals[counts.count + index] = refusal }
    counts += run.counts
    totals += run.totals
    newUnmapped += run.newUnmapped
    lastSeq = run.lastSeq
  }
}

extension PostgresEventStore {
  public func commit(
    _ group: consuming CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport {
    // Kept to the end: a transaction that is in another one's way is run again.
    let group = group
    let worker = writer?.worker.id ?? 0
    let done = try await transact("commit \(group.rows) rows", .shared) { session, memory in
      var transaction = CommitTransaction(
        session, memory ?? WriterState(), worker: worker, receivedAt: receivedAt)
      return try await transaction.run(group)
    }
    await writeSegments(done.fullSegments)
    return done.report
  }

  /// So many full segments may wait: each costs some questions some milliseconds.
  private static let mostOpenSegments = 4

  /// Writes the segments of parcels that are full, in transactions of their own, as nobody else writes meanwhile. To wait
  /// until nobody does costs all workers the time of a commit, so that is for many segments alone. What fails is done
  /// after the next commit with new parcels: the rows of this one are in.
  private func writeSegments(_ count: Int) async {
    var company = count < Self.mostOpenSegments ? Writer.Company.aloneIfFree : .alone
    var left: Int? = count
    while let some = left, some > 0 {
      left = try? await transact("write segments of parcels", company) { session, memory in
        var written = 0
        while written < Self.mostOpenSegments, try await ParcelLookup(session).writeNext() {
          written += 1
        }
        let isMore = written == Self.mostOpenSegments
        return Writer.Outcome(result: isMore ? max(1, some - written) : 0, memory: memory)
      }
      company = .aloneIfFree
    }
  }
}
