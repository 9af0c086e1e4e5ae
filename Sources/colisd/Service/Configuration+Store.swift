import ParcelStore
import Postgres
import PostgresStore
import SQLiteStore

/// The one place that knows which database a store's URL stands for.
extension Configuration {
  /// - Parameters:
  ///   - isReplicaUsed: whether questions may go to `store.read-url`.
  ///   - onUpdate: called again and again while an older store is brought up to date.
  /// - Throws: `StoreError`, or `ConfigurationError` where the password can't be read.
  func openStore(
    for access: StoreAccess, isReplicaUsed: Bool = true, onUpdate: (@Sendable () -> Void)? = nil
  ) async throws -> any EventStore {
    switch store {
    case .sqlite(let path):
      return try SQLiteEventStore.open(path: path, for: access, onUpdate: onUpdate)
    case .postgresql(let store):
      let settings = try store.settings()
      return try await PostgresEventStore.open(
        settings.primary, readers: isReplicaUsed ? settings.replica : nil, for: access,
        lease: store.lease, onUpdate: onUpdate)
    }
  }

  /// A store that is gone when the program lets go of it: for dry runs.
  static func temporaryStore() throws(StoreError) -> any EventStore {
    try SQLiteEventStore.temporary()
  }

  /// Why the store's server would not take what is written; nil: it would, or the store has no server.
  func storeServerFault() async throws -> StoreError? {
    guard case .postgresql(let store) = store else { return nil }
    return try await PostgresEventStore.writeFault(store.settings().primary)
  }

  /// Who polls for the store now; nil when nobody does, or when that can't be told.
  func storeWriter() async -> String? {
    switch store {
    case .sqlite(let path): SQLiteEventStore.writer(path: path)
    case .postgresql(let store):
      try? await PostgresEventStore.poller(store.settings().primary)
    }
  }
}

extension Configuration.StoreLocation {
  /// Opens a store to copy it.
  func copySource() async throws -> any CopySource {
    switch self {
    case .sqlite(let path): try SQLiteCopySource(path: path)
    case .postgresql(let store): try await PostgresCopySource(store.settings().primary)
    }
  }

  /// Makes a store that is to get a copy, or opens the one that was begun.
  /// - Parameter name: of the store that is copied.
  func copyTarget(from source: StoreHead, named name: String) async throws -> any CopyTarget {
    switch self {
    case .sqlite(let path): try SQLiteCopyTarget(path: path, from: source, named: name)
    case .postgresql(let store):
      try await PostgresCopyTarget(store.settings().primary, from: source, named: name)
    }
  }
}

extension Configuration {
  /// Opens the store for reading; nil before the first drain, when there is none.
  func storeIfThere(isReplicaUsed: Bool = true) async throws -> (any StoreReader)? {
    do {
      return try await openStore(for: .reading, isReplicaUsed: isReplicaUsed)
    } catch let error as StoreError where error.kind == .missing {
      return nil
    }
  }

  /// Whether a process polls for the store.
  var isRunning: Bool {
    get async { await storeWriter() != nil }
  }
}

extension EventStore {
  /// Runs a body and closes the store, however that ends.
  func closing<R>(_ body: () async throws -> R) async throws -> R {
    do {
      let result = try await body()
      await close()
      return result
    } catch {
      await close()
      throw error
    }
  }
}
