import Carrier
import ParcelStore

/// Files of the ledger.
public struct LedgerList: Listed {
  public let files: [LedgerFile]

  public init(_ files: [LedgerFile]) { self.files = files }

  public static let keys = [
    "path", "size", "mtime", "sha256", "state", "rows", "events_new", "events_repeated", "held",
    "rejected", "error", "ingested_at", "post_action", "skipped", "gone_at", "dismissed_at",
    "dismissed_by", "source",
  ]

  public var objects: [JSON] { files.map(\.json) }

  public var text: String {
    guard !files.isEmpty else { return "no files\n" }
    // Most drops have no skipped rows; where there are some, the counts only add up with them.
    let hasSkipped = files.contains { $0.counts.skipped > 0 }
    let hasSources = Set(files.map(\.source)).count > 1
    let shift = hasSources ? 1 : 0
    var table = Table(
      (hasSources ? ["source"] : []) + [
        "file", "state", "rows", "new", "repeated", "held", "rejected",
      ]
        + (hasSkipped ? ["skipped"] : []) + ["ingested at", "error"],
      numbers: Set([2, 3, 4, 5, 6, hasSkipped ? 7 : 6].map { $0 + shift }),
      least: ["error", "file"])
    for file in files {
      let counts = file.counts
      let numbers =
        [counts.rows, counts.eventsNew, counts.eventsRepeated, counts.held, counts.rejected]
        + (hasSkipped ? [counts.skipped] : [])
      table.add(
        (hasSources ? [file.source] : []) + [file.path, file.state.rawValue]
          + numbers.map(String.init)
          + [
            file.ingestedAt.map { TextForm.time($0) },
            file.dismissedBy.map { "dismissed by \($0)" } ?? file.remark,
          ])
    }
    return table.text
  }
}

extension LedgerFile {
  /// The remark of a table, which has no column for when a file was gone; nil: none.
  fileprivate var remark: String? {
    guard let goneAt else { return trouble }
    let since = "gone since \(TextForm.time(goneAt))"
    return trouble.map { "\(since): \($0)" } ?? since
  }

  /// A remark on the file for people; nil: none.
  fileprivate var trouble: String? {
    if let error { return error }
    if let abandonedPlace {
      return "it was to be moved or deleted at \(abandonedPlace), where source \(source ?? "") was "
        + "before: it stays there"
    }
    if let postActionError { return postActionError }
    guard isMostlyRejected, postAction.isPending else { return nil }
    return
      "it stays on the server, as most of its lines could not be read: correct the layout, and it "
      + "is read again, or run colisd files dismiss"
  }

  fileprivate var json: JSON {
    .object([
      ("path", .string(path)), ("size", JSON(size)), ("mtime", JSON(utc: mtime)),
      ("sha256", JSON(sha256.map(hexadecimal))), ("state", .string(state.rawValue)),
      ("rows", JSON(counts.rows)), ("events_new", JSON(counts.eventsNew)),
      ("events_repeated", JSON(counts.eventsRepeated)), ("held", JSON(counts.held)),
      ("rejected", JSON(counts.rejected)), ("error", JSON(trouble)),
      ("ingested_at", JSON(utc: ingestedAt)), ("post_action", .string(postAction.text)),
      ("skipped", JSON(counts.skipped)), ("gone_at", JSON(utc: goneAt)),
      ("dismissed_at", JSON(utc: dismissedAt)),
      ("dismissed_by", JSON(dismissedBy)), ("source", JSON(source)),
    ])
  }
}
