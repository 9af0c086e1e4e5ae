import Glibc
import ParcelStore
import Postgres
import Synchronization

/// The session that writes, and what the writer keeps in memory between its transactions.
final class Writer: Sendable {
  /// Who may write beside a transaction.
  enum Company: Sendable {
    /// All but those that want to be alone.
    case shared
    /// Nobody else who writes.
    case alone
    /// The same, and not at all while somebody writes.
    case aloneIfFree
  }

  /// What a transaction gives back.
  struct Outcome<T: Sendable>: Sendable {
    var result: T
    /// What is kept in memory once the transaction is on disk.
    var memory: WriterState?
    /// What it counted (`StoreChange.count`) of what other writers may have in memory.
    var changes: Set<StoreChange> = []
  }

  private struct State {
    var session: PostgresConnection?
    var memory: WriterState?
    /// The counts of changes that are in the memory; nil: not read yet.
    var counts: StoreChange.Counts?
    var feedChanges = 0
    /// The day on which tables of months were looked for last.
    var day: Int64?
  }

  private let settings: PostgresSettings
  private let turn = Turn()
  private let state = Mutex(State())
  /// How this process marks what it is reading.
  let worker: Worker

  /// A transaction that is in another one's way is repeated so often.
  private static let mostAttempts = 10

  init(_ settings: PostgresSettings, worker: Worker) {
    self.settings = settings
    self.worker = worker
  }

  var feedChanges: Int { state.withLock { $0.feedChanges } }

  func settle() async {
    await turn.during {
      state.withLock { $0.memory = nil }
      guard let session = state.withLock({ $0.session }) else { return }
      try? await KeptCounts.fold(session)
      await makePartitions()
    }
  }

  /// Gives back what this process holds. What can't be said now, its time says.
  func close() async {
    // By a task of its own: a process that is asked to end cancels the others.
    await Task {
      await turn.during {
        guard let session = try? await session() else { return }
        try? await worker.end(session)
      }
    }.value
  }

  /// Makes the tables of the next months, once a day: a process may run for years. What fails is left for the next day;
  /// the tables are made long before they are needed.
  private func makePartitions() async {
    let now = Int64(time(nil))
    let isDue = state.withLock { state in
      defer { state.day = now / 86_400 }
      return state.day != now / 86_400
    }
    guard isDue else { return }
    try? await once(.shared) { session, memory in
      try await Partitions.add(session, around: now)
      return Outcome(result: (), memory: memory)
    }
  }

  func transact<T: Sendable>(
    _ company: Company,
    _ body: @Sendable (PostgresConnection, WriterState?) async throws -> Outcome<T>
  ) async throws -> T {
    try await turn.during { try await Self.repeating { try await once(company, body) } }
  }

  /// Runs a transaction again where another one was in its way.
  static func repeating<T>(_ body: () async throws -> T) async throws -> T {
    var attempt = 1
    while true {
      try Task.checkCancellation()
      do {
        return try await body()
      } catch let fault as PostgresFault
        where fault.kind == .conflict && attempt < mostAttempts
      {
        attempt += 1
        try await Task.sleep(for: .milliseconds(Int.random(in: 1...20) * attempt))
      }
    }
  }

  private func once<T: Sendable>(
    _ company: Company,
    _ body: @Sendable (PostgresConnection, WriterState?) async throws -> Outcome<T>
  ) async throws -> T {
    let (session, begun) = try await begin(company)
    // Put back only once the transaction is on disk: whatever fails before leaves nothing in memory that the
    // database lacks.
    let kept = state.withLock { $0.memory.take() }
    do {
      let memory = try notice(begun, kept)
      let outcome = try await body(session, memory)
      try await session.run("COMMIT")
      state.withLock { state in
        state.memory = outcome.memory
        // They are not another writer's doing.
        for change in outcome.changes { state.counts?[change, default: 0] += 1 }
      }
      return outcome.result
    } catch {
      if await session.isOpen { _ = try? await session.run("ROLLBACK") }
      if await !session.isOpen { state.withLock { $0.session = nil } }
      throw error
    }
  }

  /// Begins a transaction. A session that was ended while it lay idle is replaced: nothing was asked of it yet.
  /// - Returns: its session, and the rows of `StoreChange.select`.
  private func begin(
    _ company: Company
  ) async throws(PostgresFault) -> (PostgresConnection, PostgresRows) {
    var isKnown = state.withLock { $0.session != nil }
    while true {
      let session = try await session()
      do throws(PostgresFault) {
        let answers = try await session.run([
          PostgresStatement("BEGIN"), worker.mark, PostgresStatement(company.lock),
          PostgresStatement(StoreChange.select),
        ])
        return (session, answers[3])
      } catch {
        if await session.isOpen { _ = try? await session.run("ROLLBACK") }
        if await !session.isOpen { state.withLock { $0.session = nil } }
        guard isKnown, error.isLostSession else { throw error }
        isKnown = false
      }
    }
  }

  /// Lends a session of its own, for what can't be in a transaction. It keeps nobody from writing.
  func aside<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T { try await body(try await PostgresConnection.open(settings)) }

  private func session() async throws(PostgresFault) -> PostgresConnection {
    if let session = state.withLock({ $0.session }), await session.isOpen { return session }
    let session = try await PostgresConnection.open(settings)
    for statement in Staging.session { try await session.run(statement) }
    try await session.run(Schema.newTimeline)
    state.withLock { state in
      state.session = session
      state.memory = nil
      // The server may be a replica that was promoted and lacks the last changes: equal counts say nothing then.
      if state.counts != nil { state.feedChanges += 1 }
      state.counts = nil
    }
    return session
  }

  /// Drops from memory what other writers have changed since.
  private func notice(_ rows: PostgresRows, _ memory: WriterState?) throws -> WriterState? {
    try Schema.refuseNewer(rows)
    let now = StoreChange.counts(rows)
    let before = state.withLock { state in
      defer { state.counts = now }
      return state.counts
    }
    guard let before else { return memory }
    let stale = StoreChange.allCases.filter { now[$0] != before[$0] }
    if stale.contains(.feeds) { state.withLock { $0.feedChanges += 1 } }
    var memory = memory
    memory?.forget(stale)
    memory?.parcelChanges = now[.parcels]
    return memory
  }
}

extension Writer.Company {
  /// Each writer asks for a lock on the same table, which lies in the server's memory until the transaction ends.
  var lock: String {
    switch self {
    case .shared: "LOCK TABLE change_count IN ROW SHARE MODE"
    case .alone: "LOCK TABLE change_count IN EXCLUSIVE MODE"
    case .aloneIfFree: "LOCK TABLE change_count IN EXCLUSIVE MODE NOWAIT"
    }
  }
}
