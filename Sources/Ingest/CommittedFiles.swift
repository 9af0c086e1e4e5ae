import ParcelStore

/// What became of the files and rows that a writer has committed.
public struct CommittedFiles: Sendable, Equatable {
  public internal(set) var ingested = 0
  public internal(set) var failed = 0
  public internal(set) var settling = 0
  /// Of all rows, also of files that are not at their end.
  public internal(set) var counts = FileCounts()
}
