/// Why the store could not do something: what, on which store, and the database's own words.
public struct StoreError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Another process holds the lease: it polls for the store.
    case leased
    /// There is no store yet where one is to be read.
    case missing
    /// The disk or the quota is full.
    case full
    /// The permission to write or read the store is missing.
    case denied
    /// The file is no database of ours, is damaged, or is from a newer version.
    case unusable
    /// The task that asked was cancelled.
    case cancelled
    /// Anything else that the database refused.
    case failed
  }

  public var kind: Kind
  /// What was being done, such as "commit 5,000 rows".
  public var operation: String
  /// The store, without any secret.
  public var store: String
  /// The database's own words.
  public var reason: String
  /// What an operator can do about it.
  public var advice: String

  public init(
    _ kind: Kind, operation: String, store: String, reason: String, advice: String
  ) {
    self.kind = kind
    self.operation = operation
    self.store = store
    self.reason = reason
    self.advice = advice
  }

  public var description: String {
    "cannot \(operation) in the store \(store): \(reason); \(advice)"
  }
}
