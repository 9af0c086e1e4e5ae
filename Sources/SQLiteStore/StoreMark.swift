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

  /// What a copy into this store that is not complete is made of.
  static func origin(_ db: Database) throws -> CopyNote? {
    try note(db, source).flatMap { CopyNote($0) }
  }

  /// Where the store was moved to; nil: it was not.
  static func movedTo(_ db: Database) throws -> CopyNote? {
    guard try read(db) == .moved else { return nil }
    return try note(db, target).flatMap { CopyNote($0) }
      ?? CopyNote(source: "", copy: "", name: "another store")
  }

  private static func note(_ db: Database, _ key: String) throws -> String? {
    try String.fetchOne(db, sql: "SELECT value FROM note WHERE key = ?", arguments: [key])
  }

  static func begin(_ db: Database, _ note: CopyNote) throws {
    try set(.incomplete, db)
    try db.execute(
      sql: "INSERT OR REPLACE INTO note VALUES(?, ?)",
      arguments: [source, note.description])
  }

  static func complete(_ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM grdb_migrations WHERE identifier = ?", arguments: [incomplete.rawValue])
    try db.execute(sql: "DELETE FROM note WHERE key = ?", arguments: [source])
  }

  static func move(_ db: Database, to target: CopyNote) throws {
    try set(.moved, db)
    try db.execute(
      sql: "INSERT OR REPLACE INTO note VALUES(?, ?)", arguments: [Self.target, target.description])
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
      let from = try origin(db)?.name
      throw CopyWords.incomplete(store, isReading ? "read" : "open", from: from)
    case .moved:
      if isReading { return }
      throw CopyWords.moved(store, "open", to: try movedTo(db)?.name)
    }
  }
}
