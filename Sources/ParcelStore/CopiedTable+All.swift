extension CopiedTable {
  /// All that a store has and that can't be derived, in the order in which it is copied: what others name comes first,
  /// and what changes with others last.
  package static let all =
    texts + ledger + upkeep + deliveries + [parcels, journal, events, statuses, runs]

  /// The same with the journal or the events first.
  package static func all(first form: Form) -> [CopiedTable] {
    form == .journal
      ? all : texts + ledger + upkeep + deliveries + [parcels, events, journal, statuses, runs]
  }

  /// What processes note for themselves, or for one database alone.
  package static let ownNotes = "key NOT LIKE 'copy.%' AND key <> 'erasure.vacuum-owed'"

  private static let events = CopiedTable(
    "event", .events, key: ["parcel", "time", "kind", "site"], by: "parcel", span: 1 << 13,
    pageRows: 20_000,
    [
      .init("parcel", .integer), .init("time", .integer), .init("kind", .short),
      .init("site", .short), .init("wording", .short), .init("seq", .integer),
    ])

  private static let texts = [
    CopiedTable(
      "account", key: ["id"], by: "id",
      [
        .init("id", .integer), .init("account", .text), .init("account_id", .text),
        .init("hold_reason", .text),
      ]),
    CopiedTable(
      "source", key: ["id"],
      [
        .init("id", .integer), .init("name", .text), .init("place", .text),
        .init("is_former", .flag), .init("is_configured", .flag), .init("last_poll_at", .integer),
        .init("last_success_at", .integer), .init("next_poll_at", .integer),
        .init("is_reachable", .flag), .init("error", .text), .init("own_error", .text),
      ]),
    CopiedTable(
      "reading", key: ["id"], by: "id",
      [.init("id", .integer), .init("layout", .text), .init("header", .blob)]),
    CopiedTable(
      "code", key: ["id"], by: "id",
      [.init("id", .integer), .init("code", .text), .init("label", .text)]),
    CopiedTable(
      "site", key: ["id"], by: "id", [.init("id", .integer), .init("name", .text)]),
    CopiedTable(
      "wording", key: ["id"], by: "id", span: 1 << 14,
      [
        .init("id", .integer), .init("code", .text), .init("label", .text),
        .init("code_id", .integer), .init("status", .text), .init("reason", .text),
        .init("mode", .text), .init("detail", .text), .init("expected_on", .text),
        .init("map", .text), .init("events", .integer),
      ]),
  ]

  /// Nobody reads a file of a store that is not in use, and numbers of processes mean nothing elsewhere.
  private static let nobody = "CASE WHEN reader IS NULL THEN NULL ELSE -1 END"

  private static let ledger = [
    CopiedTable(
      "file", key: ["id"], by: "id", span: 1 << 12, pageRows: 1_000,
      [
        .init("id", .integer), .init("source", .integer), .init("path", .text),
        .init("size", .integer), .init("mtime", .integer), .init("sha256", .blob),
        .init("layout", .text), .init("header", .blob), .init("state", .text),
        .init("is_final", .flag), .init("rows", .integer), .init("events_new", .integer),
        .init("events_repeated", .integer), .init("held", .integer), .init("rejected", .integer),
        .init("skipped", .integer), .init("error", .text), .init("ingested_at", .integer),
        .init("post_action", .text), .init("post_action_error", .text),
        .init("seen_at", .integer), .init("read_again_at", .integer),
        .init("dismissed_at", .integer), .init("dismissed_by", .text), .init("read_by", .integer),
        .init("reader", .integer, reading: nobody), .init("is_in_hand", .flag, reading: "0"),
        .init("is_awaited", .flag), .init("missing_since", .integer), .init("gone_at", .integer),
      ]),
    CopiedTable(
      "held", key: ["file", "line"], by: "file", span: 1 << 8, pageRows: 2_000,
      [
        .init("file", .integer), .init("line", .integer), .init("account", .integer),
        .init("received_at", .integer), .init("raw", .blob), .init("is_stale", .flag),
        .init("reading", .integer),
      ]),
    CopiedTable(
      "reject", key: ["file", "line"], by: "file", span: 1 << 8, pageRows: 2_000,
      [
        .init("file", .integer), .init("line", .integer), .init("reason", .text),
        .init("raw", .blob),
      ]),
    CopiedTable(
      "held_look", key: ["account"], by: "account",
      [
        .init("account", .integer), .init("is_whole", .flag), .init("from_file", .integer),
        .init("reader", .integer, reading: nobody),
      ]),
    CopiedTable(
      "skipped", key: ["account"], by: "account",
      [
        .init("account", .integer), .init("rows", .integer), .init("first_at", .integer),
        .init("last_at", .integer),
      ]),
    CopiedTable(
      "skipped_file", key: ["file", "account"], by: "file", span: 1 << 12,
      [.init("file", .integer), .init("account", .integer), .init("rows", .integer)]),
    CopiedTable(
      "feed", key: ["contract", "service", "account"],
      [
        .init("contract", .text), .init("service", .text), .init("account", .integer),
        .init("named_since", .integer), .init("first_named_at", .integer),
        .init("named_until", .integer), .init("first_row_at", .integer),
        .init("last_row_at", .integer),
      ]),
    CopiedTable(
      "feed_day", key: ["contract", "service", "day"],
      [
        .init("contract", .text), .init("service", .text), .init("day", .text),
        .init("first_at", .integer),
      ]),
    CopiedTable(
      "contract_change", key: ["id"], by: "id", span: 1 << 12, pageRows: 500,
      [
        .init("id", .integer), .init("contract", .text), .init("at", .integer),
        .init("cause", .text), .init("file", .text), .init("sha256", .blob),
        .init("services", .text),
      ]),
    CopiedTable(
      "note", key: ["key"], where: ownNotes, [.init("key", .text), .init("value", .text)]),
    CopiedTable(
      "archive", key: ["server", "directory", "path"],
      [.init("server", .text), .init("directory", .text), .init("path", .text)]),
  ]

  private static let upkeep = [
    CopiedTable(
      "status_map", key: ["id"],
      [
        .init("id", .integer), .init("name", .text), .init("version", .text),
        .init("since", .integer), .init("next_parcel", .integer), .init("last_parcel", .integer),
      ]),
    CopiedTable(
      "former_meaning", key: ["wording"], by: "wording",
      [
        .init("wording", .integer), .init("status", .text), .init("reason", .text),
        .init("mode", .text), .init("detail", .text), .init("expected_on", .text),
        .init("parcels", .integer),
      ]),
    CopiedTable(
      "correction", key: ["seq"], by: "seq",
      [
        .init("seq", .integer), .init("parcel", .integer), .init("map", .integer),
        .init("at", .integer), .init("previous", .short), .init("status", .short),
        .init("reason", .text), .init("mode", .text),
      ]),
    CopiedTable(
      "raw_copy", key: ["file"], by: "file", span: 1 << 12,
      [
        .init("file", .integer), .init("kept_at", .integer), .init("size", .integer),
        .init("packed", .integer), .init("pieces", .integer), .init("first_piece", .integer),
        .init("sha256", .blob), .init("redacted_sha256", .blob), .init("redacted_at", .integer),
        .init("removed_at", .integer),
      ]),
    CopiedTable(
      "raw_piece", .pieces, key: ["file", "number"], by: "file", span: 16, pageRows: 16,
      [
        .init("file", .integer), .init("number", .integer), .init("size", .integer),
        .init("packed", .blob),
      ]),
    CopiedTable(
      "erasure", key: ["seq"], by: "seq",
      [
        .init("seq", .integer), .init("number", .text), .init("account", .integer),
        .init("at", .integer), .init("is_open", .flag),
      ]),
    CopiedTable(
      "erased_line", key: ["file", "line"], by: "file", span: 1 << 12,
      [.init("file", .integer), .init("line", .integer)]),
  ]

  /// How many deliveries are open is counted while they are written.
  private static let deliveries = [
    CopiedTable(
      "endpoint", key: ["name"],
      [
        .init("name", .text), .init("position", .integer), .init("since", .integer),
        .init("caught_up_at", .integer), .init("epoch", .integer), .init("stopped_at", .integer),
        .init("outage_since", .integer), .init("outage_tries", .integer),
        .init("outage_next_at", .integer), .init("outage_status", .integer),
        .init("outage_reason", .text), .init("delivered", .integer), .init("failures", .integer),
        .init("last_delivery", .integer),
      ]),
    CopiedTable(
      "open_delivery", key: ["endpoint", "seq"],
      [
        .init("endpoint", .text), .init("seq", .integer), .init("parcel", .text),
        .init("is_parked", .flag), .init("at", .integer), .init("tries", .integer),
        .init("status", .integer), .init("reason", .text), .init("answer", .text),
      ]),
  ]

  private static let parcels = CopiedTable(
    "parcel", key: ["id"], by: "id", span: 1 << 15,
    [
      .init("id", .integer), .init("number", .text), .init("account", .integer),
      .init("order_reference", .text), .init("postcode", .text), .init("country", .text),
    ])

  private static let journal = CopiedTable(
    "journal", .journal, key: ["seq"], by: "seq", pageRows: 20_000,
    [
      .init("seq", .integer), .init("received_at", .integer), .init("parcel", .integer),
      .init("time", .integer), .init("grain", .integer), .init("site", .integer),
      .init("wording", .integer), .init("file", .integer), .init("line", .integer),
      .init("effect", .integer), .init("text", .text),
    ])

  private static let statuses = CopiedTable(
    "current", .statuses, key: ["parcel"], by: "parcel", span: 1 << 15,
    [
      .init("parcel", .integer), .init("position", .integer), .init("wording", .short),
      .init("past", .short),
    ])

  /// Last: statuses that are deleted change what the runs count.
  private static let runs = CopiedTable(
    "parcel_range", .runs, key: ["block"], by: "block",
    [
      .init("block", .integer), .init("min_time", .integer), .init("max_time", .integer),
      .init("latest", .integer), .init("statuses", .integer),
    ])
}
