import Foundation
import GRDB
import ParcelStore

extension LedgerFile {
  init(row: Row) {
    var counts = FileCounts()
    counts.rows = row["rows"]
    // Below zero while a reading that broke off is done again, and stays so where the file lacks
    // rows that it had then: those are not counted.
    let repeated: Int = row["events_repeated"]
    counts.eventsNew = row["events_new"] + min(0, repeated)
    counts.eventsRepeated = max(0, repeated)
    counts.held = row["held"]
    counts.rejected = row["rejected"]
    counts.skipped = row["skipped"]
    self.init(
      id: FileID(rawValue: row["id"]), path: row["path"],
      state: FileState(rawValue: row["state"]) ?? .failed)
    size = row["size"]
    mtime = row["mtime"]
    sha256 = (row["sha256"] as Data?).map { Array($0) }
    self.counts = counts
    error = row["error"]
    ingestedAt = row["ingested_at"]
    postAction = PostAction(text: row["post_action"]) ?? .leave
    postActionError = row["post_action_error"]
    seenAt = row["seen_at"]
    goneAt = row["gone_at"]
    dismissedAt = row["dismissed_at"]
    dismissedBy = row["dismissed_by"]
    layout = row["layout"]
    isArchive = (row["layout"] as String?) == Self.archiveLayout
    source = row["source_name"]
    abandonedPlace = postAction.isPending ? row["abandoned_place"] : nil
  }
}
