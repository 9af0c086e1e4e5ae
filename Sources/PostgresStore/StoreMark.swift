import ParcelStore
import Postgres

/// A mark on a store that is not to be used: a copy into it is not complete, or it was moved elsewhere.
///
/// It is added to `store.oldest_writer`, so that older versions refuse the store, too. Notes say the rest.
enum StoreMark: Int64 {
  case incomplete = 0x100_0000_0000
  case moved = 0x200_0000_0000

  private static let first = incomplete.rawValue
  /// The notes: from which store (its ID and its name), and to which one.
  private static let source = "copy.source"
  private static let target = "copy.target"

  init?(oldestWriter: Int64) {
    self.init(rawValue: oldestWriter / Self.first * Self.first)
  }

  static func read(_ db: PostgresConnection) async throws(PostgresFault) -> StoreMark? {
    StoreMark(oldestWriter: try await db.integer("SELECT oldest_writer FROM store") ?? 0)
  }

  /// What a copy into this store that is not complete is made of.
  static func origin(_ db: PostgresConnection) async throws(PostgresFault) -> CopyNote? {
    try await note(db, source).flatMap { CopyNote($0) }
  }

  /// Where the store was moved to; nil: it was not.
  static func movedTo(_ db: PostgresConnection) async throws(PostgresFault) -> CopyNote? {
    guard try await read(db) == .moved else { return nil }
    return try await note(db, target).flatMap { CopyNote($0) }
      ?? CopyNote(source: "", copy: "", name: "another store")
  }

  private static func note(
    _ db: PostgresConnection, _ key: String
  ) async throws(PostgresFault) -> String? {
    try await db.text("SELECT value FROM note WHERE key = $1", [.text(key)])
  }

  static func begin(
    _ db: PostgresConnection, _ note: CopyNote
  ) async throws(PostgresFault) {
    try await db.run([
      set(.incomplete), write(source, note.description),
    ])
  }

  static func complete(_ db: PostgresConnection) async throws(PostgresFault) {
    try await db.run([
      set(nil), PostgresStatement("DELETE FROM note WHERE key = $1", [.text(source)]),
    ])
  }

  static func move(
    _ db: PostgresConnection, to target: CopyNote
  ) async throws(PostgresFault) {
    try await db.run([set(.moved), write(Self.target, target.description)])
  }

  private static func set(_ mark: StoreMark?) -> PostgresStatement {
    PostgresStatement(
      "UPDATE store SET oldest_writer = oldest_writer % \(first) + $1",
      [.integer(mark?.rawValue ?? 0)])
  }

  private static func write(_ key: String, _ value: String) -> PostgresStatement {
    PostgresStatement(
      """
      INSERT INTO note(key, value) VALUES($1, $2)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value
      """, [.text(key), .text(value)])
  }

  /// - Parameter isReading: a store that was moved may still be read.
  static func refuse(
    _ db: PostgresConnection, store: String, isReading: Bool
  ) async throws {
    switch try await read(db) {
    case nil: break
    case .incomplete:
      let from = try await origin(db)?.name
      throw CopyWords.incomplete(store, isReading ? "read" : "open", from: from)
    case .moved:
      if isReading { return }
      throw CopyWords.moved(store, "open", to: try await movedTo(db)?.name)
    }
  }

  /// The same by a number that was read.
  func error(_ operation: String) -> StoreError {
    switch self {
    case .incomplete: CopyWords.incomplete("PostgreSQL", operation, from: nil)
    case .moved: CopyWords.moved("PostgreSQL", operation, to: nil)
    }
  }
}
