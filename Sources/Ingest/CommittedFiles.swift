import ParcelStore

/// How many files and rows a writer has committed, by their result.
public struct CommittedFiles: Sendable, Equatable {
  public internal(set) var ingested = 0
  public internal(set) var failed = 0
  public internal(set) var settling = 0
  /// Of all committed rows, also of files that are not yet read to their end.
  public internal(set) var counts = FileCounts()
}
