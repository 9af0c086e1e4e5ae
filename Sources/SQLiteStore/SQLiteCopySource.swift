import GRDB
import ParcelStore
import Synchronization

/// A store in a SQLite file from which `store copy` copies.
package final class SQLiteCopySource: CopySource {
  private let store: SQLiteEventStore
  private let stopped = Mutex<Stop?>(nil)

  /// What keeps others out: the lease, and a transaction that writes.
  private struct Stop {
    let lease: StoreLease
    let queue: DatabaseQueue
  }

  package var name: String { store.path }

  /// - Throws: `.missing` where there is no store, `.unusable` where a copy into it is not complete.
  package init(path: String) throws(StoreError) {
    store = try SQLiteEventStore.open(path: path, for: .reading)
  }

  package func bounds(of table: CopiedTable) async throws(StoreError) -> ClosedRange<Int64>? {
    try await store.read("copy the table \(table.name)") { try CopyReading($0).bounds(of: table) }
  }

  package func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) async throws(StoreError) -> CopiedPage {
    try await store.read("copy the table \(table.name)") {
      try CopyReading($0).page(of: table, in: range, after: key)
    }
  }

  package func head() async throws(StoreError) -> StoreHead {
    try await store.read("read the store's ID") { db in
      let row = try db.row(
        """
        SELECT incarnation, sequence, max(removed_parcel, ifnull((SELECT max(id) FROM parcel), 0))
        FROM store
        """)
      guard let row else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the store's ID is missing")
      }
      return StoreHead(
        incarnation: row[0], sequence: row[1], lastParcel: row[2],
        movedTo: try StoreMark.movedTo(db))
    }
  }

  package func stop() async throws(StoreError) -> String? {
    let lease: StoreLease
    do throws(StoreError) {
      lease = try StoreLease.acquire(try LockFile.open(ofStore: store.path))
    } catch {
      guard error.kind == .leased else { throw error }
      return error.reason
    }
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      // It stays open until `noteMoved` or `end`.
      configuration.allowsUnsafeTransactions = true
      let queue = try DatabaseQueue(path: store.path, configuration: configuration)
      try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
      stopped.withLock { $0 = Stop(lease: lease, queue: queue) }
      return nil
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      return "another process writes to it"
    } catch {
      throw SQLiteEventStore.error(error, "keep others from writing", store.path)
    }
  }

  package func noteMoved(to target: CopyNote) async throws(StoreError) {
    guard let queue = stopped.withLock({ $0?.queue }) else { return }
    do {
      try await queue.writeWithoutTransaction { db in
        try StoreMark.move(db, to: target)
        try db.execute(sql: "COMMIT")
      }
    } catch {
      throw SQLiteEventStore.error(error, "note that it was moved", store.path)
    }
  }

  package func end() async {
    guard let stop = stopped.withLock({ $0.take() }) else { return }
    // By a task of its own: one that is cancelled could not. What can't be ended here ends with the connection.
    await Task {
      try? await stop.queue.writeWithoutTransaction { db in
        if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
      }
    }.value
    try? stop.queue.close()
    withExtendedLifetime(stop.lease) {}
  }
}
