import Carrier
import Contract
import ParcelStore
import TrackingFile

// How the ledger, held rows and rejects look to users.

extension StoreCounts {
  /// That files can't be moved or deleted on the server, and why; nil when all could.
  var postActionSentence: String? {
    guard failedPostActions > 0 else { return nil }
    let files = failedPostActions == 1 ? "1 file" : "\(failedPostActions) files"
    return "\(files) could not be moved or deleted on the server: \(postActionError ?? "")"
  }
}

extension LedgerFile {
  /// What somebody should know of it.
  var trouble: String? {
    if let text = error ?? postActionError { return text }
    guard isMostlyRejected, postAction.isPending else { return nil }
    return
      "it stays on the server, as most of its lines could not be read: mend the layout, and it "
      + "is read again, or run colisd files dismiss"
  }

  var json: JSON {
    .object([
      ("path", .string(path)), ("size", JSON(size)),
      ("mtime", JSON(mtime.map { WallClock.utc(seconds: $0) })),
      ("sha256", JSON(sha256.map(hexadecimal))), ("state", .string(state.rawValue)),
      ("rows", .integer(Int64(counts.rows))), ("events_new", .integer(Int64(counts.eventsNew))),
      ("events_repeated", .integer(Int64(counts.eventsRepeated))),
      ("held", .integer(Int64(counts.held))), ("rejected", .integer(Int64(counts.rejected))),
      ("error", JSON(trouble)),
      ("ingested_at", JSON(ingestedAt.map { WallClock.utc(seconds: $0) })),
      ("post_action", .string(postAction.text)), ("skipped", .integer(Int64(counts.skipped))),
      ("dismissed_at", JSON(dismissedAt.map { WallClock.utc(seconds: $0) })),
      ("dismissed_by", JSON(dismissedBy)),
    ])
  }
}

extension RejectedLine {
  /// The bytes as text, as far as they are some.
  var rawText: String { TextEncoding.auto.decode(raw[...]) }

  var json: JSON {
    .object([
      ("file", .string(file)), ("line", .integer(Int64(line))),
      ("reason", .string(reason.rawValue)), ("raw", .string(rawText)),
    ])
  }
}
