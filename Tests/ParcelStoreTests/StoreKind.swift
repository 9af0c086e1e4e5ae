import ParcelStore
import SQLiteStore
import Testing

/// The stores that have to keep the promises.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, memory

  var testDescription: String { rawValue }

  /// An empty store, which is deleted with the last reference to it.
  func open() throws -> any EventStore {
    switch self {
    case .sqlite: try SQLiteEventStore.temporary()
    case .memory: MemoryStore()
    }
  }
}
