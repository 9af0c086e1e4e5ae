import GRDB

/// Another process that reads a store for long: it sees the store as it was, and its log can't be emptied meanwhile.
final class LongReader {
  private let queue: DatabaseQueue

  init(path: String) throws {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { db in
      try db.execute(sql: "BEGIN; SELECT * FROM store")
    }
  }

  func end() throws {
    try queue.inDatabase { db in try db.execute(sql: "COMMIT") }
    try queue.close()
  }
}
