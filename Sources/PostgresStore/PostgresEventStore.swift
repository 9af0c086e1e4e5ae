import ParcelStore
import Postgres
import Synchronization

/// The store in a PostgreSQL database: for more than one machine.
///
/// One session writes, and up to `mostReaders` read; all of them are opened when they are needed, and again after a
/// server was away. Questions are answered at one instant of the database (REPEATABLE READ).
///
/// ```swift
/// let store = try await PostgresEventStore.open(settings, for: .writing)
/// let parcels = try await store.timelines(of: number, accountID: nil)
/// ```
public final class PostgresEventStore: EventStore {
  /// The server and the database, for messages; without any secret.
  public let name: String
  let readers: SessionPool
  private let listener: JournalListener
  /// What is needed to write; nil where the store is only read.
  let writer: Writer?
  /// Whether this process reads files with the other workers.
  let polls: Bool

  /// Questions that are answered at once; each has a session.
  package static let mostReaders = 4

  /// How often it was noticed that another writer changed the feeds.
  public var feedChangesElsewhere: Int { writer?.feedChanges ?? 0 }

  /// - Parameter followed: the server that tells when something was written.
  init(
    name: String, followed: PostgresSettings, readers: SessionPool, writer: Writer?,
    polls: Bool = false
  ) {
    self.name = name
    self.polls = polls
    listener = JournalListener(followed)
    self.readers = readers
    self.writer = writer
  }

  /// How the server plans what is asked in a transaction.
  enum Planning: Sendable {
    /// For each question's own values, where it takes that for better.
    case each
    /// Once in the life of a session, for a few rows that are found by their keys: planning such a question anew, with
    /// every month's table of events, costs more than all else of it.
    case once

    /// A plan that was made when a table was still empty would read it from end to end when it is no more.
    fileprivate static let kept = PostgresStatement(
      """
      SELECT set_config('plan_cache_mode', 'force_generic_plan', true),
        set_config('enable_seqscan', 'off', true)
      """)
  }

  /// Reads in one transaction, so that all of it is of one instant. A session that broke is replaced once.
  func read<T: Sendable>(
    _ operation: String, planning: Planning = .each,
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws(StoreError) -> T {
    do {
      return try await readers.withSession { session in
        let begin = PostgresStatement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await session.prepend(planning == .once ? [begin, Planning.kept] : [begin])
        let result = try await body(session)
        // Whatever the end of a transaction that wrote nothing says: the answer is there.
        if await !session.isDone { try? await session.finish("COMMIT") }
        return result
      }
    } catch {
      throw Self.error(error, operation, name)
    }
  }

  /// Asks one statement, which is of one instant by itself.
  func ask(
    _ operation: String, _ sql: String, _ values: [PostgresValue] = []
  ) async throws(StoreError) -> PostgresRows {
    do {
      return try await readers.withSession { try await $0.run(sql, values) }
    } catch {
      throw Self.error(error, operation, name)
    }
  }

  /// Runs a short transaction that writes, in a session of those that read, so that it waits for no commit of this
  /// process. The body may be run again.
  func writeAside<T: Sendable>(
    _ operation: String, _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws(StoreError) -> T {
    guard let writer else { throw readOnly(operation) }
    do {
      return try await Writer.repeating {
        try await readers.withSession { session in
          await session.prepend([PostgresStatement("BEGIN"), writer.worker.mark])
          let result = try await body(session)
          try await session.run("COMMIT")
          return result
        }
      }
    } catch {
      throw Self.error(error, operation, name)
    }
  }

  /// Runs a transaction that writes, beside those of other processes. The body may be run again: a transaction that
  /// was in another one's way is repeated.
  /// - Parameter changes: what it changes of what other writers have in memory.
  @discardableResult
  func write<T: Sendable>(
    _ operation: String, changes: Set<StoreChange> = [],
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws(StoreError) -> T {
    try await transact(operation, .shared) { session, memory in
      let result = try await body(session)
      try await session.run(StoreChange.statements(changes))
      return Writer.Outcome(result: result, memory: memory, changes: changes)
    }
  }

  /// The same, while nobody else writes: for what changes wordings, erasures or numbers of parcels.
  func writeAlone<T: Sendable>(
    _ operation: String, changes: Set<StoreChange>,
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws(StoreError) -> T {
    try await transact(operation, .alone) { session, _ in
      let result = try await body(session)
      try await session.run(StoreChange.statements(changes))
      return Writer.Outcome(result: result, memory: nil, changes: changes)
    }
  }

  /// The same, for what uses the writer's memory.
  /// - Parameter body: is given what the writer has in memory.
  func transact<T: Sendable>(
    _ operation: String, _ company: Writer.Company,
    _ body: @Sendable (PostgresConnection, WriterState?) async throws -> Writer.Outcome<T>
  ) async throws(StoreError) -> T {
    guard let writer else { throw readOnly(operation) }
    do {
      return try await writer.transact(company, body)
    } catch {
      throw Self.error(error, operation, name)
    }
  }

  private func readOnly(_ operation: String) -> StoreError {
    StoreError(
      .denied, operation: operation, store: name, reason: "it was opened for reading only",
      advice: "this is a fault of colisd; please report it")
  }

  public func waitForEntries(after seq: Int64) async throws { try await listener.wait(after: seq) }

  public func close() async { await writer?.close() }

  /// Frees what is only kept for speed. Nothing depends on it.
  public func settle() async {
    await writer?.settle()
    await readers.closeIdle()
  }
}
