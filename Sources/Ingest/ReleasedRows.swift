import Carrier
import Contract
import ParcelStore

/// Rows of an account pair that were held and came in.
public struct ReleasedRows: Sendable, Equatable {
  public var account: AccountPair
  public var service: ServiceReference
  /// What became of them.
  public var counts: FileCounts
}
