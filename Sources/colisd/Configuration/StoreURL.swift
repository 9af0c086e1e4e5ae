import ParcelStore
import SQLiteStore

/// The one place that knows which database a store's URL stands for.
extension Configuration {
  /// - Parameter onUpdate: called again and again while an older store is brought up to date.
  func openStore(
    for access: StoreAccess, onUpdate: (@Sendable () -> Void)? = nil
  ) throws(StoreError) -> any EventStore {
    switch store {
    case .sqlite(let path):
      try SQLiteEventStore.open(path: path, for: access, onUpdate: onUpdate)
    }
  }

  /// A store that is gone when the program lets go of it: for dry runs.
  static func temporaryStore() throws(StoreError) -> any EventStore {
    try SQLiteEventStore.temporary()
  }

  /// Who polls for the store now; nil when nobody does.
  var storeWriter: String? {
    switch store {
    case .sqlite(let path): SQLiteEventStore.writer(path: path)
    }
  }
}

extension Configuration {
  /// Opens the store for reading; nil before the first drain, when there is none.
  func storeIfThere() throws(StoreError) -> (any StoreReader)? {
    do throws(StoreError) {
      return try openStore(for: .reading)
    } catch {
      guard error.kind == .missing else { throw error }
      return nil
    }
  }

  /// Whether a process polls for the store.
  var isRunning: Bool { storeWriter != nil }
}
