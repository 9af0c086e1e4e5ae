/// What can be asked about the ledger of files.
public protocol LedgerReader: Sendable {
  /// Looks files up as a listing shows them.
  func look(for sightings: [FileSighting]) async throws(StoreError) -> LedgerLook

  /// The files of a source that a listing did not show, and those of them that it shows again.
  /// - Parameter seen: the rows of all files that it showed.
  func unseen(of source: SourceID, besides seen: FileSet) async throws(StoreError) -> UnseenFiles

  /// The files in a state, in the order in which they came; nil: all files.
  func files(state: FileState?) async throws(StoreError) -> [LedgerFile]

  /// The files in a state that came before one, the newest first; nil: all files, or from the newest on.
  func newestFiles(
    state: FileState?, before file: FileID?, limit: Int
  ) async throws(StoreError) -> [LedgerFile]

  /// The newest generation of a file, of each source that has or had one of this path.
  /// - Parameter path: compared byte by byte.
  func files(at path: String) async throws(StoreError) -> [LedgerFile]

  /// Since when our polls have seen a file with this size and mtime: seconds since 1970; nil: they
  /// have not.
  func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64?

  /// The files of a source whose post-action is still to be done, in the order in which they were ingested.
  func pendingPostActions(of source: SourceID) async throws(StoreError) -> [LedgerFile]

  /// The rejected lines after a cursor, page by page: a file may have millions.
  /// - Parameters:
  ///   - file: the printable path or its last components; nil: of all files.
  ///   - source: only of this source, by its name; nil: of all.
  /// - Returns: the lines, and the cursor of the last; nil when there are none.
  func rejects(
    file: String?, source: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?)

  /// The folders that files were ever moved to.
  func archives() async throws(StoreError) -> [ArchiveFolder]
}

extension LedgerReader {
  /// The sightings on which the ledger has no final verdict with this size and mtime.
  public func unfinished(
    among sightings: [FileSighting]
  ) async throws(StoreError) -> [FileSighting] {
    try await look(for: sightings).unfinished
  }

  public func newestFiles(
    state: FileState?, before file: FileID?, limit: Int
  ) async throws(StoreError) -> [LedgerFile] {
    let files = try await files(state: state).reversed().filter {
      $0.id.rawValue < file?.rawValue ?? .max
    }
    return Array(files.prefix(limit))
  }

  /// The rejected lines of all sources after a cursor.
  public func rejects(
    file: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?) {
    try await rejects(file: file, source: nil, after: cursor, limit: limit)
  }

  /// The first rejected lines.
  public func rejects(file: String?, limit: Int) async throws(StoreError) -> [RejectedLine] {
    try await rejects(file: file, after: RejectCursor(), limit: limit).lines
  }
}
