import ParcelStore
import Postgres

extension PostgresEventStore {
  /// Reads where this process writes, if it does: a replica is some moments behind, and whoever erases by what it says
  /// would miss what has just come. Not at one instant.
  func latest<T: Sendable>(
    _ operation: String, _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws(StoreError) -> T {
    writer == nil ? try await read(operation, body) : try await write(operation, body)
  }
}
