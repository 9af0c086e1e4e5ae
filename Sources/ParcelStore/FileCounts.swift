/// What became of a file's lines. They add up: rows = new + repeated + held + rejected + skipped.
public struct FileCounts: Hashable, Sendable {
  public var rows = 0
  public var eventsNew = 0
  public var eventsRepeated = 0
  public var held = 0
  public var rejected = 0
  /// Rows that are not kept: of unknown accounts that the configuration says to skip, rows older than events are
  /// kept, and held rows that were discarded.
  public var skipped = 0
  /// Rows that were held before and came in: they are among the new and repeated ones, and not among
  /// `rows`, which counted them when they were held. The ledger's own counts have none.
  public var released = 0

  public init() {}

  public static func += (total: inout Self, part: Self) {
    total.rows += part.rows
    total.eventsNew += part.eventsNew
    total.eventsRepeated += part.eventsRepeated
    total.held += part.held
    total.rejected += part.rejected
    total.skipped += part.skipped
    total.released += part.released
  }
}
