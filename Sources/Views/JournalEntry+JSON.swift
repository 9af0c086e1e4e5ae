import Carrier
import ParcelStore
import Status

extension JournalEntry {
  /// As `colisd events` prints it: entries that are no events have the same keys, with null where there is nothing.
  public var json: JSON {
    switch self {
    case .event(let event): event.json(withAccount: true)
    case .correction(let correction): correction.json
    case .erasure(let erasure): erasure.json
    case .pruned(let range): range.json
    }
  }
}

extension Erasure {
  fileprivate var json: JSON {
    let none = [
      "precision", "code", "label", "status", "reason", "mode", "site", "file", "line",
      "occurred_text", "source",
    ]
    return .object(
      [
        ("seq", .integer(seq)), ("parcel", .string(number.description)), ("occurred_at", .null),
        ("received_at", JSON(utc: at)),
      ] + none.map { ($0, .null) } + [
        ("account_id", JSON(account?.accountID)), ("type", .string("erasure")),
      ])
  }
}

extension PrunedRange {
  fileprivate var json: JSON {
    let none = [
      "parcel", "occurred_at", "precision", "received_at", "code", "label", "status", "reason",
      "mode", "site", "file", "line", "occurred_text", "account_id", "source",
    ]
    return .object(
      [("seq", .integer(last))] + none.map { ($0, .null) }
        + [("type", .string("pruned")), ("from", .integer(first)), ("to", .integer(last))])
  }
}

extension StatusCorrection {
  fileprivate var json: JSON {
    .object([
      ("seq", .integer(seq)), ("parcel", .string(parcel.number.description)),
      ("occurred_at", .null), ("precision", .null), ("received_at", JSON(utc: at)),
      ("code", .null), ("label", .null), ("status", .string(status.name)),
      ("reason", JSON(reason?.name)), ("mode", JSON(mode?.name)), ("site", .null),
      ("file", .null), ("line", .null), ("occurred_text", .null),
      ("account_id", .string(parcel.account.accountID)), ("source", .null),
      ("type", .string("correction")), ("previous_status", .string(previous.name)),
      ("map", .string(map)),
    ])
  }
}
