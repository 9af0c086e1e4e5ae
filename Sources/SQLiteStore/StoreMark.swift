import GRDB
import ParcelStore

/// A mark on a store that is not to be used: a copy into it is not complete, or it was moved elsewhere.
///
/// It stands among the migrations, where older versions find one that they do not know, and refuse the store, too.
/// Notes say the rest.
enum StoreMark: String {
  case incomplete = "copy: not complete"
  case moved = "copy: moved"

  /// The notes: from which store (its ID and its name), and to which one.
  private static let source = "copy.source"
  private static let target = "copy.target"

  static func read(_ db: Database) throws -> StoreMark? {
    try String.fetchAll(
      db, sql: "SELECT identifier FROM grdb_migrations WHERE identifier LIKE 'copy: %'"
    ).lazy.compactMap { StoreMark(rawValue: $0) }.first
  }

  /// The ID of the store that an incomplete copy is made of.
  static func sourceID(_ db: Database) throws -> String? {
    try note(db, source).map { String($0.prefix { $0 != " " }) }
  }

  private static func note(_ db: Database, _ key: String) throws -> String? {
    try String.fetchOne(db, sql: "SELECT value FROM note WHERE key = ?", arguments: [key])
  }

  static func begin(_ db: Database, from source: Incarnation, named name: String) throws {
    try set(.incomplete, db)
    try db.execute(
      sql: "INSERT OR REPLACE INTO note VALUES(?, ?)",
      arguments: [Self.source, "\(source) \(name)"])
  }

  static func complete(_ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM grdb_migrations WHERE identifier = ?", arguments: [incomplete.rawValue])
    try db.execute(sql: "DELETE FROM note WHERE key = ?", arguments: [source])
  }

  static func move(_ db: Database, to target: String) throws {
    try set(.moved, db)
    try db.execute(
      sql: "INSERT OR REPLACE INTO note VALUES(?, ?)", arguments: [Self.target, target])
  }

  private static func set(_ mark: StoreMark, _ db: Database) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO grdb_migrations(identifier) VALUES(?)",
      arguments: [mark.rawValue])
  }

  /// - Parameter isReading: a store that was moved may still be read.
  static func refuse(_ db: Database, store: String, isReading: Bool) throws {
    switch try read(db) {
    case nil: break
    case .incomplete:
      let from = try note(db, source).map { String($0.drop { $0 != " " }.dropFirst()) }
      throw CopyWords.incomplete(store, isReading ? "read" : "open", from: from)
    case .moved:
      if isReading { return }
      throw CopyWords.moved(store, "open", to: try note(db, target))
    }
  }
}
