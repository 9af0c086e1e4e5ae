import ParcelStore
import Postgres

extension Ledger {
  /// What a `LedgerFile` is made from, in the order in which `LedgerFile.init(row:)` reads it.
  static let columns = """
    file.id, file.path, file.state, file.size, file.mtime, file.sha256, file.layout, file.rows,
    file.events_new, file.events_repeated, file.held, file.rejected, file.skipped, file.error,
    file.ingested_at, file.post_action, file.post_action_error, file.seen_at, file.gone_at,
    file.dismissed_at, file.dismissed_by, nullif(source.name, ''),
    CASE WHEN source.is_configured OR source.name = '' THEN NULL ELSE source.place END
    """
}

extension LedgerFile {
  /// - Parameter row: of `Ledger.columns`.
  init(row: PostgresRows.Row) {
    var counts = FileCounts()
    counts.rows = Int(row.integer(7))
    // Below zero while a reading that broke off is done again, and stays so where the file lacks
    // rows that it had then: those are not counted.
    let repeated = Int(row.integer(9))
    counts.eventsNew = Int(row.integer(8)) + min(0, repeated)
    counts.eventsRepeated = max(0, repeated)
    counts.held = Int(row.integer(10))
    counts.rejected = Int(row.integer(11))
    counts.skipped = Int(row.integer(12))
    self.init(
      id: FileID(rawValue: row.integer(0)), path: row.text(1),
      state: FileState(rawValue: row.text(2)) ?? .failed)
    size = row.integerIfAny(3)
    mtime = row.integerIfAny(4)
    sha256 = row.bytesIfAny(5)
    layout = row.textIfAny(6)
    isArchive = layout == Self.archiveLayout
    self.counts = counts
    error = row.textIfAny(13)
    ingestedAt = row.integerIfAny(14)
    postAction = PostAction(text: row.text(15)) ?? .leave
    postActionError = row.textIfAny(16)
    seenAt = row.integerIfAny(17)
    goneAt = row.integerIfAny(18)
    dismissedAt = row.integerIfAny(19)
    dismissedBy = row.textIfAny(20)
    source = row.textIfAny(21)
    abandonedPlace = postAction.isPending ? row.textIfAny(22) : nil
  }
}
