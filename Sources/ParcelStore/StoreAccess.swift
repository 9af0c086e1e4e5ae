/// What a store is opened for.
public enum StoreAccess: Sendable {
  /// Writes, and holds the lease as long as the store lives: nobody else polls meanwhile.
  case polling
  /// Writes, beside whoever else does. Makes the store where there is none.
  case writing
  /// The same, but the store must be there.
  case maintaining
  /// Only reads; the store must be there.
  case reading
}
