/// What the ledger knows of files that a listing shows.
public struct LedgerLook: Sendable {
  /// Those on which it has no final verdict with this size and mtime.
  public var unfinished: [FileSighting] = []
  /// The rows of their paths, with those of former sizes and times.
  public var rows: [FileID] = []

  package init() {}
}
