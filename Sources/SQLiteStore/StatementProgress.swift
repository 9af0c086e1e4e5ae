import GRDB
import GRDBSQLite

/// Tells again and again that statements of a connection go on, however long one of them takes.
final class StatementProgress {
  /// So many steps of SQLite's machine take some milliseconds.
  private static let steps: Int32 = 1_000_000

  private let goesOn: @Sendable () -> Void

  private init(_ goesOn: @escaping @Sendable () -> Void) { self.goesOn = goesOn }

  /// - Parameter goesOn: called on the thread of the statements, and once at the beginning; it must not use the
  ///   connection.
  static func during<T>(
    _ pool: DatabasePool, _ goesOn: (@Sendable () -> Void)?, _ body: () throws -> T
  ) throws -> T {
    guard let goesOn else { return try body() }
    goesOn()
    let progress = StatementProgress(goesOn)
    progress.begin(pool)
    defer { progress.end(pool) }
    return try body()
  }

  private func begin(_ pool: DatabasePool) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    pool.writeWithoutTransaction { db in
      sqlite3_progress_handler(
        db.sqliteConnection, Self.steps,
        { context in
          if let context {
            Unmanaged<StatementProgress>.fromOpaque(context).takeUnretainedValue().goesOn()
          }
          return 0
        }, context)
    }
  }

  private func end(_ pool: DatabasePool) {
    pool.writeWithoutTransaction { db in
      sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil)
    }
  }
}
