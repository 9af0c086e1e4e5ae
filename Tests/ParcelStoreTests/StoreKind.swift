import ParcelStore
import Postgres
import PostgresStore
import SQLiteStore
import TestSupport
import Testing

/// The stores that have to keep the promises.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, memory, postgres

  var testDescription: String { rawValue }

  /// An empty store, which is deleted with the last reference to it; on PostgreSQL after its test, by the trait
  /// `.postgreSQLSchemas`.
  func open() async throws -> any EventStore {
    switch self {
    case .sqlite: return try SQLiteEventStore.temporary()
    case .memory: return MemoryStore()
    case .postgres:
      let url = try await PostgreSQLServer.shared().makeSchema()
      return try await PostgresEventStore.open(
        PostgresSettings(url: url), readers: nil, for: .writing, onUpdate: nil)
    }
  }
}
