import GRDB
import Glibc
import ParcelStore

/// Writes a store again so that nothing is left of what was deleted: SQLite leaves it in free pages and in what
/// pages do not use, and in the write-ahead log until that is written over.
///
/// It runs in one turn, so no other process erases meanwhile. After a kill or a failure it is still owed, and begins
/// again.
struct StoreRewrite {
  /// What is still to be done; a number of `store.rewrite_owed`.
  enum Owed: Int64 {
    case nothing = 0
    /// The log has to be emptied: the pages in it are good, and so are those that it will write over.
    case emptyLog = 1
    case everything = 2

    init(_ db: Database) throws {
      let owed: Int64? = try db.value("SELECT rewrite_owed FROM store")
      self = Self(rawValue: owed ?? 0) ?? .everything
    }
  }

  private let db: Database
  /// Where the database is.
  private let path: String

  /// How long it waits for those who read: milliseconds. Writers wait as long.
  private static let patience = 2_000
  /// What other statements of the connection wait.
  private static let usualPatience = 10_000

  private static let noRoom = RewriteOutcome.owed(
    "there is not enough room: writing the store again takes as much space as it has, beside it and in the folder "
      + "for temporary files")

  init(_ db: Database, path: String) {
    self.db = db
    self.path = path
  }

  func run() throws -> RewriteOutcome {
    let owed = try Owed(db)
    guard owed != .nothing else { return .notOwed }
    try db.execute(sql: "PRAGMA busy_timeout = \(Self.patience)")
    defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Self.usualPatience)") }
    do {
      // First: while somebody reads, a VACUUM would only fill the log with the whole store.
      try emptyLog()
      if owed == .everything {
        guard try hasRoom() else { return Self.noRoom }
        try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
        try note(.emptyLog)
        try emptyLog()
      }
      try note(.nothing)
      return .done
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: return .owed("somebody reads the store")
      case .SQLITE_FULL:
        // It has grown until the disk was full.
        try? emptyLog()
        return Self.noRoom
      default: throw error
      }
    }
  }

  /// Copies the log into the database, whose free pages at its end go, and makes it an empty file.
  private func emptyLog() throws { _ = try db.checkpoint(.truncate) }

  /// Whether the log can take the whole store. Trying would leave no room for anybody else meanwhile.
  private func hasRoom() throws -> Bool {
    func ask(_ name: String) throws -> UInt64 {
      try Int64.fetchOne(db, sql: "PRAGMA \(name)").map { UInt64(max(0, $0)) } ?? 0
    }
    let needed =
      try (ask("page_count") - min(ask("page_count"), ask("freelist_count"))) * ask("page_size")
    var disk = statvfs()
    guard statvfs(path, &disk) == 0 else { return true }
    return UInt64(disk.f_bavail) * UInt64(disk.f_frsize) > needed + needed / 20
  }

  private func note(_ owed: Owed) throws {
    try db.inTransaction(.immediate) {
      try db.run("UPDATE store SET rewrite_owed = ?", [owed.rawValue])
      return .commit
    }
  }
}
