import GRDB
import ParcelStore

/// A SQLite file into which `store copy` copies.
///
/// What changes between two calls is touched on the queue of the database alone, hence unchecked.
package final class SQLiteCopyTarget: CopyTarget, @unchecked Sendable {
  package let name: String
  /// Its journal is read with the events.
  package let comesFirst = CopiedTable.Form.events
  package let note: CopyNote
  private let lease: StoreLease
  private let queue: DatabaseQueue
  private var journal: CopiedJournalWriter?

  /// Makes the store, or takes the one that an earlier run of the same copy has begun.
  package init(path: String, from source: StoreHead, named sourceName: String) throws(StoreError) {
    name = path
    if try Self.mark(path) == nil {
      // It makes the tables, and refuses what is no store or one that was moved.
      _ = try SQLiteEventStore.open(path: path, for: .writing)
    }
    lease = try StoreLease.acquire(try LockFile.open(ofStore: path))
    do {
      var configuration = Configuration()
      configuration.label = "colisd.copy"
      configuration.busyMode = .timeout(10)
      // Tables are written one after the other; at the end all of them are checked.
      configuration.foreignKeysEnabled = false
      // One transaction takes several calls.
      configuration.allowsUnsafeTransactions = true
      queue = try DatabaseQueue(path: path, configuration: configuration)
      note = try queue.writeWithoutTransaction { db in
        // A loss of power may cost the last ranges, which the next run writes again.
        try db.execute(
          sql: """
            PRAGMA synchronous = NORMAL;
            PRAGMA cache_size = -65536;
            PRAGMA wal_autocheckpoint = 16000
            """)
        try db.execute(sql: "BEGIN IMMEDIATE")
        do {
          let note = try Self.begin(db, path, from: source, named: sourceName)
          try db.execute(sql: "COMMIT")
          return note
        } catch {
          try db.execute(sql: "ROLLBACK")
          throw error
        }
      }
    } catch {
      throw SQLiteEventStore.error(error, "copy into it", path)
    }
  }

  /// The mark on what is there; nil: there is none, or no store.
  private static func mark(_ path: String) throws(StoreError) -> StoreMark? {
    if SQLiteEventStore.isEmpty(path) { return nil }
    do {
      try SQLiteEventStore.refuseForeign(path)
      return try DatabaseQueue(path: path).read { db in
        try Schema.isThere(db) ? try StoreMark.read(db) : nil
      }
    } catch {
      throw SQLiteEventStore.error(error, "copy into it", path)
    }
  }

  private static func begin(
    _ db: Database, _ path: String, from source: StoreHead, named name: String
  ) throws -> CopyNote {
    let mark = try StoreMark.read(db)
    if mark == .moved {
      throw CopyWords.foreign(path, "it has a store that was moved elsewhere")
    }
    if mark == nil {
      let isUsed: Bool? = try db.value(
        """
        SELECT EXISTS(SELECT 1 FROM account) OR EXISTS(SELECT 1 FROM file) OR EXISTS(SELECT 1 FROM journal)
          OR EXISTS(SELECT 1 FROM source) OR EXISTS(SELECT 1 FROM contract_change)
          OR EXISTS(SELECT 1 FROM endpoint) OR (SELECT sequence FROM store) > 0
        """)
      guard isUsed == false else {
        throw CopyWords.foreign(path, "it has a store with data of its own")
      }
    }
    let begun = mark == nil ? nil : try StoreMark.origin(db)
    let note = try source.note(name, begun: begun, in: path)
    try StoreMark.begin(db, note)
    return note
  }

  // MARK: Reading

  package func bounds(of table: CopiedTable) async throws(StoreError) -> ClosedRange<Int64>? {
    try await run("read the table \(table.name)") { try CopyReading($0).bounds(of: table) }
  }

  package func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) async throws(StoreError) -> CopiedPage {
    try await run("read the table \(table.name)") {
      try CopyReading($0, isPartial: true).page(of: table, in: range, after: key)
    }
  }

  // MARK: Writing

  package func begin(_ range: ClosedRange<Int64>, of table: CopiedTable) async throws {
    try await write(table) { target, db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      target.journal = table.form == .journal ? CopiedJournalWriter(db) : nil
      guard table.form != .journal else { return try CopiedJournalWriter.delete(db, range) }
      try CopyWriting(db).delete(range, of: table)
    }
  }

  package func write(_ rows: CopiedRows, of table: CopiedTable) async throws {
    try await write(table) { target, db in
      guard target.journal != nil else { return try CopyWriting(db).insert(rows, into: table) }
      try target.journal?.write(rows)
    }
  }

  package func commit(_ table: CopiedTable) async throws {
    try await write(table) { target, db in
      try target.journal?.finish()
      target.journal = nil
      try db.execute(sql: "COMMIT")
    }
  }

  package func rollback() async {
    // By a task of its own: one that is cancelled could not.
    await Task {
      try? await queue.writeWithoutTransaction { [self] db in
        journal = nil
        if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
      }
    }.value
  }

  private func write(
    _ table: CopiedTable, _ body: @escaping @Sendable (SQLiteCopyTarget, Database) throws -> Void
  ) async throws {
    do {
      try await queue.writeWithoutTransaction { [self] in try body(self, $0) }
    } catch {
      let words = SQLiteEventStore.error(error, "write the table \(table.name)", name)
      if (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT { throw CopyClash(words) }
      throw words
    }
  }

  private func run<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (Database) throws -> T
  ) async throws(StoreError) -> T {
    do {
      return try await queue.writeWithoutTransaction { try body($0) }
    } catch {
      throw SQLiteEventStore.error(error, operation, name)
    }
  }

  // MARK: The end

  package func prepare(_ head: StoreHead) async throws(StoreError) {
    try await run("complete the copy") { [name] db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.inTransaction(.immediate) {
        // Rows that were written again may still stand in free pages.
        try db.run(
          """
          UPDATE store SET incarnation = ?, sequence = ?, removed_parcel = ?,
            events = (SELECT count(*) FROM event), parcels = (SELECT count(*) FROM parcel),
            rewrite_owed = CASE WHEN EXISTS(SELECT 1 FROM erasure) THEN \(StoreRewrite.Owed.everything.rawValue)
              ELSE rewrite_owed END
          """, [head.incarnation, head.sequence, head.lastParcel])
        try db.execute(sql: "DELETE FROM parcel_lookup; DELETE FROM parcel_late")
        try ParcelLookup(db).writeSegments(next: head.lastParcel + 1)
        try db.execute(sql: "DELETE FROM seldom_parcel; DELETE FROM seldom_key")
        try SeldomParcels.migrate(db)
        try Self.check(db, name)
        return .commit
      }
    }
  }

  private static func check(_ db: Database, _ name: String) throws {
    let check = try SQLiteEventStore.check(db, .quick)
    let lost = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check")
    let wrong =
      check.damage.first
      ?? check.counts.first.map { "\($0.name): \($0.kept) are kept, the rows say \($0.found)" }
      ?? lost.map { "a row of \($0[0] as String) names one of \($0[2] as String) that is missing" }
    guard let wrong else { return }
    throw CopyWords.wrong(name, wrong)
  }

  package func complete() async throws(StoreError) {
    try await run("complete the copy") { db in
      try db.inTransaction(.immediate) {
        try StoreMark.complete(db)
        return .commit
      }
      // The copy is on disk; what somebody who reads keeps from being tidied up is tidied up later.
      _ = try? db.checkpoint(.truncate)
    }
  }

  package func end() async {
    await rollback()
    try? queue.close()
    withExtendedLifetime(lease) {}
  }
}
