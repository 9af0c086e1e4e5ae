import GRDB
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// A SQLite store in a folder of its own, with a second way in for looking and for doing harm.
struct StoreFile {
  let folder: TemporaryDirectory
  let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("colisd.db")
  }

  func open(for access: StoreAccess = .writing) throws(StoreError) -> SQLiteEventStore {
    try SQLiteEventStore.open(path: path, for: access)
  }

  /// Runs statements on a connection of its own.
  func execute(_ sql: String) throws { try Self.execute(sql, path: path) }

  static func execute(_ sql: String, path: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
  }

  /// What a query gives, as text.
  func rows(_ sql: String) throws -> [[String]] {
    try DatabaseQueue(path: path).read { db in
      try GRDB.Row.fetchAll(db, sql: sql).map { row in
        row.databaseValues.map { String.fromDatabaseValue($0) ?? "\($0)" }
      }
    }
  }

  /// What is never the same in two stores.
  private static let random: Set = ["store.incarnation", "file.reader", "held_look.reader"]

  /// All rows of all tables, as text.
  func content() throws -> [String] { try Self.content(path: path) }

  static func content(path: String) throws -> [String] {
    try DatabaseQueue(path: path).read { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      return try tables.flatMap { table -> [String] in
        return try GRDB.Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { row in
          let columns = row.filter { column, _ in !Self.random.contains("\(table).\(column)") }
          return "\(table) \(columns.map { "\($0)=\($1)" })"
        }.sorted()
      }
    }
  }
}

/// Runs what must fail, and returns the error.
func storeError(_ body: () async throws -> Void) async throws -> StoreError {
  try #require(await #expect(throws: StoreError.self) { try await body() })
}
