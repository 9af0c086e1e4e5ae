import ParcelStore

/// A file that was read to its end, or as far as possible; its last rows are not given to the writer yet.
struct FileReading {
  var pending: [EventBatch]
  /// Whether no rows of it were given to the writer.
  var isFirst: Bool
  /// With no post-action.
  var end: FileEnd
  /// How many bytes were read.
  var size: Int64
  /// Data lines, and those of them that can't be read.
  var rows: Int
  var rejected: Int

  /// See `LedgerFile.isMostlyRejected`.
  var isMostlyRejected: Bool { end.state == .ingested && rejected > rows - rejected }
}
