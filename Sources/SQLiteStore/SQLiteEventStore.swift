import CSQLite
import Contract
import Foundation
import GRDB
import GRDBSQLite
import ParcelStore
import Status
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
  private let lease: StoreLease?
  private let temporaryFolder: String?
  private let writer = Writer()
  private let readers = ReaderThreads(most: SQLiteEventStore.mostReaders)

  /// Questions that are answered at once; each has a connection, with a cache of its own.
  package static let mostReaders = 4

  /// The writer's memory between commits. It is only touched on the pool's writer queue, which runs
  /// one closure at a time, hence unchecked.
  private final class Writer: @unchecked Sendable {
    var state: WriterState?
  }

  /// - Throws: `.leased` when another process writes, `.missing` when there is nothing to read.
  public static func open(path: String, for access: StoreAccess) throws(StoreError)
    -> SQLiteEventStore
  {
    try SQLiteEventStore(path: path, access: access)
  }

  /// A store that is gone when the program lets go of it: for dry runs.
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
    path: String, access: StoreAccess, temporaryFolder: String? = nil
  ) throws(StoreError) {
    self.path = path
    self.temporaryFolder = temporaryFolder
    _ = Self.hasNoMemoryStatistics
    lease = access == .writing ? try StoreLease.acquire(path: path + ".lock", store: path) : nil
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
        try db.execute(
          sql: """
            PRAGMA wal_autocheckpoint = 64000;
            PRAGMA journal_size_limit = 67108864
            """)
      }
    }
    if access != .writing { try Self.refuseUnreadable(path) }
    do {
      if access == .writing { try Self.refuseForeign(path) }
      pool = try DatabasePool(path: path, configuration: configuration)
      if access != .reading {
        // Not while the connection is prepared: GRDB sets NORMAL after that.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      }
      let migrator = Schema.migrator
      let (isNewer, isReady) = try pool.read {
        (try migrator.hasBeenSuperseded($0), try migrator.hasCompletedMigrations($0))
      }
      guard !isNewer else {
        throw StoreError(
          .unusable, operation: "open", store: path, reason: "it was written by a newer colisd",
          advice: "use that version or a newer one")
      }
      guard access == .writing || isReady else {
        throw StoreError(
          .unusable, operation: "open", store: path,
          reason: "it is no store of colisd, or one of an older version",
          advice: "let colisd drain once, or check store.url")
      }
      if access == .writing {
        try migrator.migrate(pool)
        // The state folder is 0700 already; a database elsewhere must not be world-readable either.
        for file in [path, path + "-wal", path + "-shm"] { chmod(file, 0o600) }
      }
    } catch {
      throw Self.error(error, access == .writing ? "open" : "read", path)
    }
  }

  /// Tells a store that is not there from one that this user may not read.
  private static func refuseUnreadable(_ path: String) throws(StoreError) {
    if access(path, R_OK) == 0 { return }
    let code = errno
    guard code != ENOENT && code != ENOTDIR else {
      throw StoreError(
        .missing, operation: "read", store: path, reason: "there is no such file",
        advice: "let colisd drain once, or check store.url")
    }
    let isDenied = code == EACCES || code == EPERM
    throw StoreError(
      isDenied ? .denied : .failed, operation: "read", store: path,
      reason: String(cString: strerror(code)),
      advice: isDenied ? adviceToReaders : "check store.url and the disk")
  }

  /// What whoever may not read the store can do.
  private static let adviceToReaders =
    "run this with sudo, or as a user or in a group that may read it"

  /// A database of another program must not get our tables. Asked before the pool is made, which
  /// changes the file's journal mode.
  private static func refuseForeign(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let isForeign = try DatabaseQueue(path: path).read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS(SELECT 1 FROM sqlite_master)
            AND NOT EXISTS(SELECT 1 FROM sqlite_master WHERE name = 'grdb_migrations')
          """) ?? false
    }
    guard isForeign else { return }
    throw StoreError(
      .unusable, operation: "open", store: path, reason: "it is a database of another program",
      advice: "check store.url")
  }

  /// SQLite counts every allocation behind a lock unless it is told not to before its first use.
  private static let hasNoMemoryStatistics = colisd_sqlite3_config_memstatus(0) == SQLITE_OK

  /// Comes to rest after work: copies what was written into the database, so that the write-ahead log
  /// stays small, and lets go of what is only kept to be quick. Caches fill again with the next commit.
  public func settle() async {
    let writer = writer
    // What can't be copied now, because somebody reads it or the disk is full, is copied later.
    try? await pool.writeWithoutTransaction { db in
      writer.state = nil
      _ = try db.checkpoint(.passive)
    }
    pool.releaseMemory()
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
      // Not kept by the thread: the last one who lets go of the database closes it, at once.
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

  func write<T: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (Database) throws -> T
  ) async throws(StoreError) -> T {
    do {
      return try await pool.write(body)
    } catch {
      throw Self.error(error, operation, path)
    }
  }

  public func commit(
    _ group: consuming CommitGroup, receivedAt: Int64, statusMap: StatusMap
  ) async throws(StoreError) -> CommitReport {
    let writer = writer
    let rows = group.rows
    let handover = Mutex(Optional(group))
    do {
      return try await pool.writeWithoutTransaction { db in
        // Put back only once the transaction is on disk: whatever fails before, even its very last
        // step, leaves nothing behind that the database lacks.
        var known = writer.state.take()
        var done: (report: CommitReport, state: WriterState)?
        try db.inTransaction(.immediate) {
          // Moved, not shared: the first change to a shared cache would copy it.
          let state = try known.take() ?? WriterState(db)
          var transaction = try CommitTransaction(
            db, state: consume state, receivedAt: receivedAt, statusMap: statusMap)
          done = try transaction.run(handover.withLock { $0.take() } ?? CommitGroup())
          return .commit
        }
        writer.state = done?.state
        return done?.report ?? CommitReport()
      }
    } catch {
      throw Self.error(error, "commit \(rows) rows", path)
    }
  }

  /// What an error of GRDB or SQLite means to an operator.
  static func error(_ error: any Error, _ operation: String, _ path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    if error is CancellationError {
      return StoreError(
        .cancelled, operation: operation, store: path, reason: "the work was ended before",
        advice: "nothing is lost, the next run does it")
    }
    guard let error = error as? DatabaseError else {
      return StoreError(
        .failed, operation: operation, store: path, reason: "\(error)",
        advice: "this is a fault of colisd; please report it")
    }
    let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    let (kind, advice): (StoreError.Kind, String) =
      switch error.resultCode {
      case .SQLITE_FULL: (.full, "make room on the disk; nothing is lost, colisd reads on then")
      case .SQLITE_INTERRUPT, .SQLITE_ABORT:
        (.cancelled, "nothing is lost, the next run does it")
      case .SQLITE_IOERR: (.full, "check the disk, its free space and the quota")
      // A reader of a store in WAL mode needs the files beside it as well.
      case .SQLITE_READONLY where operation == "read",
        .SQLITE_CANTOPEN where operation == "read":
        (.denied, adviceToReaders)
      case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
        (.denied, "check owner and mode of the file and its folder")
      case .SQLITE_CANTOPEN:
        (.denied, "check that the folder exists and that this user may write there")
      case .SQLITE_CORRUPT, .SQLITE_NOTADB:
        (.unusable, "move the file away and restore a backup, or drain again into a new one")
      case .SQLITE_BUSY, .SQLITE_LOCKED: (.failed, "another program holds the database; try again")
      default: (.failed, "see the database's own words")
      }
    return StoreError(kind, operation: operation, store: path, reason: reason, advice: advice)
  }
}
