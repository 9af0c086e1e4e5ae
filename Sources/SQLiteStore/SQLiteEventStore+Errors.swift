import GRDB
import ParcelStore

// What goes wrong in the database, in the words of the store.
extension SQLiteEventStore {
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
