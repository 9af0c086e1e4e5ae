/// What monitoring asks about a store beside its counts.
public struct StoreFigures: Sendable, Hashable {
  /// Of the store's files: bytes.
  public var size: Int64 = 0
  /// What of them nothing uses, and the next data will: bytes.
  public var free: Int64 = 0
  /// Codes and labels that the status map does not know, and the events that have them.
  public var unmappedCodes = 0
  public var unmappedEvents = 0
  /// When the oldest held row came: seconds since 1970; nil: none is held. Only the first files of the ledger that
  /// have such rows are looked at, so that it is quick.
  public var oldestHeldAt: Int64?
  public var erasures = ErasureDebt()

  public init() {}
}
