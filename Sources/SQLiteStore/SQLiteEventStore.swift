import CSQLite
import Foundation
import GRDB
import GRDBSQLite
import ParcelStore
import Synchronization

/// The store in one SQLite file: the default, for one machine.
///
/// Durable by `synchronous = FULL`: when `commit` returns, the rows are on disk, because the server
/// may be told to delete the file next. Followers and queries read beside the writer (WAL).
///
/// ```swift
/// let store = try SQLiteEventStore.open(path: "/var/lib/colisd/colisd.db", for: .writing)
/// let parcels = try await store.timelines(of: number, accountID: nil)
/// ```
public final class SQLiteEventStore: EventStore {
  let pool: DatabasePool
  /// The path, for messages.
  public let path: String
  private let temporaryFolder: String?
  let memory = WriterMemory()
  /// Held as long as the store is open for polling.
  private let lease: StoreLease?
  /// What is needed to write; nil where the store is only read.
  let writing: (turn: WriteTurn, reader: ReaderNumber)?
  private let readers = ReaderThreads(most: SQLiteEventStore.mostReaders)
  /// Rung by what this store writes. SQLite tells nobody of what other processes write, so whoever follows looks again
  /// after a while.
  private let bell = JournalBell(patience: .milliseconds(250))

  /// Questions that are answered at once; each has a connection, with a cache of its own.
  package static let mostReaders = 4

  /// Marks in the store what this process is reading; see `ReaderNumber`.
  var readerNumber: Int64 { writing?.reader.value ?? 0 }

  /// How often it was noticed that another writer changed the feeds.
  public var feedChangesElsewhere: Int { memory.feedChanges.withLock { $0 } }

  /// - Parameter onUpdate: called again and again while an older store is brought up to date, as long as the work goes
  ///   on; on any thread.
  /// - Throws: `.leased` when it is opened for polling and another process polls, `.missing` when there is
  ///   nothing to read.
  public static func open(
    path: String, for access: StoreAccess, onUpdate: (@Sendable () -> Void)? = nil
  ) throws(StoreError) -> SQLiteEventStore {
    try SQLiteEventStore(path: path, access: access, onUpdate: onUpdate)
  }

  /// A store that is deleted with the last reference to it: for dry runs.
  public static func temporary() throws(StoreError) -> SQLiteEventStore {
    let folder = FileManager.default.temporaryDirectory.path + "/colisd-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreError(
        .denied, operation: "make a temporary folder", store: folder,
        reason: error.localizedDescription, advice: "check TMPDIR and the space there")
    }
    return try SQLiteEventStore(
      path: folder + "/colisd.db", access: .writing, temporaryFolder: folder)
  }

  deinit {
    readers.end()
    if let temporaryFolder { try? FileManager.default.removeItem(atPath: temporaryFolder) }
  }

  private init(
    path: String, access: StoreAccess, temporaryFolder: String? = nil,
    onUpdate: (@Sendable () -> Void)? = nil
  ) throws(StoreError) {
    self.path = path
    self.temporaryFolder = temporaryFolder
    _ = Self.hasNoMemoryStatistics
    let mayMake = access == .polling || access == .writing
    if !mayMake { try Self.refuseUnreadable(path) }
    if access == .reading {
      (lease, writing) = (nil, nil)
    } else {
      let file = try LockFile.open(ofStore: path)
      lease = access == .polling ? try StoreLease.acquire(file) : nil
      writing = (WriteTurn(file), try ReaderNumber(file))
    }
    var configuration = Configuration()
    configuration.label = "colisd"
    configuration.readonly = access == .reading
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = Self.mostReaders
    configuration.prepareDatabase { db in
      // KiB. What a look-up needs is little, and the operating system has it too.
      try db.execute(sql: "PRAGMA cache_size = \(db.configuration.readonly ? -2048 : -6144)")
      if !db.configuration.readonly {
        // Pages, and bytes. Groups of a backlog change the same pages again and again, so it pays to
        // copy them into the database after some groups and not after each; a poll that ends does it
        // too (`settle`).
        // In a new store free pages can be given back some at a time; an older one becomes such a store by VACUUM.
        try db.execute(
          sql: """
            PRAGMA auto_vacuum = INCREMENTAL;
            PRAGMA wal_autocheckpoint = 64000;
            PRAGMA journal_size_limit = 67108864
            """)
      }
    }
    do {
      if mayMake { try Self.refuseForeign(path) }
      let open = { try DatabasePool(path: path, configuration: configuration) }
      if let turn = writing?.turn, Self.isEmpty(path) {
        // SQLite does not wait where two make one database at once.
        pool = try turn.during("make it", open)
      } else {
        pool = try open()
      }
      if access != .reading {
        // Not while the connection is prepared: GRDB sets NORMAL after that.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      }
      if let turn = writing?.turn {
        try SchemaUpdate(pool: pool, turn: turn, goesOn: onUpdate)
          .run(hasLease: lease != nil, mayMake)
        // The state folder is 0700 already; a database elsewhere must not be world-readable either.
        for file in [path, path + "-wal", path + "-shm"] { chmod(file, 0o600) }
        let (memory, store) = (memory, path)
        try pool.writeWithoutTransaction { db in
          try db.inTransaction(.deferred) {
            try memory.begin(db, store: store)
            return .commit
          }
        }
      } else {
        try pool.read { db in
          guard try Schema.isThere(db) else { throw Schema.notAStore(path) }
          try Schema.refuseNewer(db, store: path, isReading: true)
          guard try Schema.migrator.hasCompletedMigrations(db) else { throw Schema.notAStore(path) }
        }
      }
    } catch {
      throw Self.error(error, access == .reading ? "read" : "open", path)
    }
  }

  /// SQLite counts every allocation under a lock, unless that is switched off before its first use.
  private static let hasNoMemoryStatistics = colisd_sqlite3_config_memstatus(0) == SQLITE_OK

  /// Tidies up after work: copies the write-ahead log into the database, so that the log stays
  /// small, and empties the caches, which fill again with the next commit.
  public func settle() async {
    let memory = memory
    // What can't be copied now, because somebody reads it or the disk is full, is copied later.
    try? await pool.writeWithoutTransaction { db in
      memory.state = nil
      _ = try db.checkpoint(.passive)
    }
    pool.releaseMemory()
  }

  /// How often the numbers of parcels were dropped from memory, because another writer changed some.
  package func parcelDrops() async -> Int {
    let memory = memory
    return (try? await pool.writeWithoutTransaction { _ in memory.parcelDrops }) ?? 0
  }

  /// Whether a commit that has returned survives a loss of power.
  package func isDurable() async throws(StoreError) -> Bool {
    do {
      let synchronous = try await pool.writeWithoutTransaction { db in
        try Int.fetchOne(db, sql: "PRAGMA synchronous")
      }
      // 2 is FULL, 3 EXTRA.
      return synchronous.map { $0 >= 2 } ?? false
    } catch {
      throw Self.error(error, "ask how commits are written", path)
    }
  }

  // MARK: Access to the database

  /// Reads on a thread of the store's own.
  package func read<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (Database) throws -> T
  ) async throws(StoreError) -> T {
    if Task.isCancelled { throw Self.error(CancellationError(), operation, path) }
    let result: Result<T, any Error> = await withCheckedContinuation { continuation in
      // Unowned: the last reference to the database closes it, and that must not be the thread's.
      readers.run { [unowned pool] in
        continuation.resume(returning: Result { try pool.read(body) })
      }
    }
    do {
      return try result.get()
    } catch {
      throw Self.error(error, operation, path)
    }
  }

  /// Runs a transaction that writes, when its turn comes.
  func write<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (Database) throws -> T
  ) async throws(StoreError) -> T {
    try await transact(operation) { db, memory in
      let result = try body(db)
      return (result, memory.state)
    }
  }

  /// The same, for what uses the writer's state.
  /// - Parameter body: returns also the state to keep once the transaction is on disk.
  func transact<T: Sendable>(
    _ operation: String,
    _ body: @escaping @Sendable (Database, WriterMemory) throws -> (T, WriterState?)
  ) async throws(StoreError) -> T {
    let (memory, store, bell) = (memory, path, bell)
    do {
      guard let turn = writing?.turn else {
        throw StoreError(
          .denied, operation: operation, store: path, reason: "it was opened for reading only",
          advice: "this is a fault of colisd; please report it")
      }
      return try await pool.writeWithoutTransaction { db in
        try turn.during(operation) {
          var done: (result: T, state: WriterState?)?
          var lastSeq: Int64 = 0
          try db.inTransaction(.immediate) {
            try memory.begin(db, store: store)
            done = try body(db, memory)
            lastSeq = try SequenceCounter(db).last
            return .commit
          }
          memory.committed()
          guard let done else { preconditionFailure("the transaction has run") }
          memory.state = done.state
          bell.ring(lastSeq)
          return done.result
        }
      }
    } catch {
      throw Self.error(error, operation, path)
    }
  }

  public func waitForEntries(after seq: Int64) async throws { try await bell.wait(after: seq) }

  public func commit(
    _ group: consuming CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport {
    let rows = group.rows
    let handover = Mutex(Optional(group))
    let reader = writing?.reader
    return try await transact("commit \(rows) rows") { db, memory in
      guard let reader else { return (CommitReport(), nil) }
      // Put back only once the transaction is on disk: whatever fails before, even its very last
      // step, leaves nothing in memory that the database lacks. Moved, not shared: the first change
      // to a shared cache would copy it.
      let state = try memory.state.take() ?? WriterState(db)
      var transaction = try CommitTransaction(
        db, state: consume state, reader: reader, receivedAt: receivedAt)
      var (report, known) = try transaction.run(handover.withLock { $0.take() } ?? CommitGroup())
      try memory.count(db, known.takeChanges())
      return (report, known)
    }
  }
}
