import Carrier
import Contract
import ParcelStore

/// How many held rows of an account pair were let in.
public struct ReleasedRows: Sendable, Equatable {
  public var account: AccountPair
  public var service: ServiceReference
  /// Their results: new events, repeats, and so on.
  public var counts: FileCounts
}
