/// What a store is opened for.
public enum StoreAccess: Sendable {
  /// Creates and migrates the database where needed, and holds its lease as long as the store lives.
  case writing
  /// Only reads; the store must be there.
  case reading
  /// Writes a little beside whoever holds the lease, and only what that one does not keep in memory;
  /// the store must be there and up to date.
  case maintaining
}
