import ParcelStore
import Postgres
import Synchronization

/// A store in a PostgreSQL database from which `store copy` copies.
package final class PostgresCopySource: CopySource {
  package let name: String
  private let settings: PostgresSettings
  private let store: PostgresEventStore
  private let isPatient: Bool
  private let stopped = Mutex<Stop?>(nil)

  /// What keeps others out: the right to poll, and a transaction that holds the lock of those who want to be alone.
  private struct Stop {
    let session: PostgresConnection
    let worker: Worker
  }

  /// - Parameter isPatient: whether it waits until a process that was killed is taken to be gone.
  /// - Throws: `.missing` where there is no store, `.unusable` where a copy into it is not complete.
  package init(_ settings: PostgresSettings, isPatient: Bool = true) async throws(StoreError) {
    self.settings = settings
    self.isPatient = isPatient
    name = settings.name
    store = try await PostgresEventStore.open(settings, for: .reading)
  }

  package func bounds(of table: CopiedTable) async throws(StoreError) -> ClosedRange<Int64>? {
    try await store.read("copy the table \(table.name)") {
      try await CopyReading($0).bounds(of: table)
    }
  }

  package func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) async throws(StoreError) -> CopiedPage {
    try await store.read("copy the table \(table.name)") { db in
      try await db.run([CopyReading.usualPlans])
      return try await CopyReading(db).page(of: table, in: range, after: key)
    }
  }

  package func head() async throws(StoreError) -> StoreHead {
    try await store.read("read the store's ID") { db in
      let row = try await db.row(
        """
        SELECT incarnation, sequence, greatest(
          coalesce(pg_sequence_last_value(pg_get_serial_sequence('parcel', 'id')::regclass), 0),
          coalesce((SELECT max(id) FROM parcel), 0)) FROM store
        """)
      guard let row else { throw PostgresEventStore.damaged("the store's ID is missing") }
      return StoreHead(
        incarnation: row.text(0), sequence: row.integer(1), lastParcel: row.integer(2),
        movedTo: try await StoreMark.movedTo(db))
    }
  }

  package func stop() async throws(StoreError) -> String? {
    do {
      let session = try await PostgresConnection.open(settings)
      let worker = try await Worker.register(
        settings, session, polls: true, for: Worker.usualLease)
      do {
        try await PostgresEventStore.refuseOthers(
          session, besides: worker.id, name, isPatient: isPatient)
        try await session.run([
          PostgresStatement("BEGIN"),
          PostgresStatement("SET LOCAL lock_timeout = '10s'"),
          // It waits while the rows are copied.
          PostgresStatement("SET LOCAL idle_in_transaction_session_timeout = 0"),
          PostgresStatement(Writer.Company.alone.lock),
        ])
      } catch {
        if await session.isOpen { _ = try? await session.run("ROLLBACK") }
        try? await worker.end(session)
        switch error {
        case let error as StoreError where error.kind == .leased: return error.reason
        case let fault as PostgresFault where fault.state == "55P03":
          return "another process writes to it"
        default: throw error
        }
      }
      stopped.withLock { $0 = Stop(session: session, worker: worker) }
      return nil
    } catch {
      throw PostgresEventStore.error(error, "keep others from writing", name)
    }
  }

  package func noteMoved(to target: CopyNote) async throws(StoreError) {
    guard let session = stopped.withLock({ $0?.session }) else { return }
    do {
      try await StoreMark.move(session, to: target)
      try await session.run("COMMIT")
    } catch {
      throw PostgresEventStore.error(error, "note that it was moved", name)
    }
  }

  package func end() async {
    guard let stop = stopped.withLock({ $0.take() }) else { return }
    // By a task of its own: one that is cancelled could not ask the server any more.
    await Task {
      guard await stop.session.isOpen else { return }
      // Without a transaction the server only warns.
      _ = try? await stop.session.run("ROLLBACK")
      try? await stop.worker.end(stop.session)
    }.value
  }
}
