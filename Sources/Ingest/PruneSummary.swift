import ParcelStore

/// What applying the retention deleted.
public struct PruneSummary: Sendable, Hashable {
  /// Events before this instant went: seconds since 1970; nil: events are kept for ever.
  public var oldest: Int64?
  public var events = 0
  /// Parcels that had no other events.
  public var parcels = 0
  public var heldRows = 0
  /// Copies of files.
  public var copies = RawCopyTotal()
  /// Bytes that were given back to the file system.
  public var bytes = 0
  public var milliseconds = 0

  public init() {}

  public var isEmpty: Bool { events == 0 && heldRows == 0 && bytes == 0 }
}
