import Foundation
import GRDB
import ParcelStore

// What must not be opened as a store.
extension SQLiteEventStore {
  static func isEmpty(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_size == 0
  }

  /// Refuses a store that does not exist, or that this user may not read.
  static func refuseUnreadable(_ path: String) throws(StoreError) {
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

  /// Advice to a user who may not read the store.
  static let adviceToReaders =
    "run this with sudo, or as a user or in a group that may read it"

  /// A database of another program must not get our tables. Asked before the pool is made, which
  /// changes the file's journal mode.
  static func refuseForeign(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    let isForeign = try DatabaseQueue(path: path, configuration: configuration).read { db in
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
}
