import ParcelStore
import Postgres

// What goes wrong at the server, in the words of the store.
extension PostgresEventStore {
  /// What a fault means to an operator.
  static func error(_ error: any Error, _ operation: String, _ store: String) -> StoreError {
    func stored(_ kind: StoreError.Kind, _ reason: String, _ advice: String) -> StoreError {
      StoreError(kind, operation: operation, store: store, reason: reason, advice: advice)
    }
    if let error = error as? StoreError { return error }
    if error is CancellationError {
      return stored(
        .cancelled, "the work was ended before", "nothing is lost, the next run does it")
    }
    guard let fault = error as? PostgresFault else {
      return stored(.failed, "\(error)", "this is a fault of colisd; please report it")
    }
    switch fault.kind {
    case .unreachable:
      return stored(
        .failed, fault.description,
        "check that the server runs and that this machine reaches it; nothing is lost: a daemon goes on then, a command is run again"
      )
    case .unavailable:
      return stored(
        .failed, fault.description,
        "wait until it is ready, or name the server that takes what is written (target_session_attrs=read-write); "
          + "nothing is lost")
    case .refused:
      return stored(
        .denied, fault.description,
        "check store.url and store.password, and that the database is there and this role has its rights (docs/scale.md)"
      )
    case .exhausted:
      return stored(
        .full, fault.description,
        "make room on the server's disk, or allow more connections; nothing is lost, colisd reads on then"
      )
    case .conflict:
      return stored(.failed, fault.description, "others write much at the same time; try again")
    case .cancelled where fault.state == nil:
      return stored(
        .cancelled, "the work was ended before", "nothing is lost, the next run does it")
    case .cancelled:
      return stored(
        .failed, fault.description,
        "see statement_timeout and lock_timeout of this role; nothing is lost, the next run does it"
      )
    case .violation, .other:
      if fault.state == "42P01" || fault.state == "42703" {
        return stored(
          .unusable, fault.description,
          "the tables are not those of this version: check store.url, and the search_path of this role"
        )
      }
      return stored(.failed, fault.description, "see the server's own words, also in its log")
    }
  }

  /// A contradiction in what the database has.
  static func damaged(_ reason: String) -> PostgresFault {
    PostgresFault(.other, reason, state: "XX001")
  }
}
