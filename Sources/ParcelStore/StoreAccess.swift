/// What a store is opened for.
public enum StoreAccess: Sendable {
  /// Writes, and holds the lease as long as the store is open: no other process polls meanwhile.
  case polling
  /// Writes, while others may write too. Makes the store where there is none.
  case writing
  /// The same, but the store must exist.
  case maintaining
  /// Only reads; the store must exist.
  case reading
}
