import Contract
import ParcelStore
import TrackingFile

// How the ledger, held rows and rejects look to users.

extension LedgerFile {
  var json: JSON {
    .object([
      ("path", .string(path)), ("size", JSON(size)),
      ("mtime", JSON(mtime.map { WallClock.utc(seconds: $0) })),
      ("sha256", JSON(sha256.map(hexadecimal))), ("state", .string(state.rawValue)),
      ("rows", .integer(Int64(counts.rows))), ("events_new", .integer(Int64(counts.eventsNew))),
      ("events_repeated", .integer(Int64(counts.eventsRepeated))),
      ("held", .integer(Int64(counts.held))), ("rejected", .integer(Int64(counts.rejected))),
      ("error", JSON(error ?? postActionError)),
      ("ingested_at", JSON(ingestedAt.map { WallClock.utc(seconds: $0) })),
      ("post_action", .string(postAction.text)), ("skipped", .integer(Int64(counts.skipped))),
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
