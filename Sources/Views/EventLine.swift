import Carrier
import ParcelStore
import Status

// How an event looks to users: the keys of the JSON are an interface and stay.

extension StoredEvent {
  /// Those of a list of all parcels' events.
  package static let keys = [
    "seq", "parcel", "occurred_at", "precision", "received_at", "code", "label", "status", "reason",
    "mode", "site", "file", "line", "occurred_text", "account_id", "source", "type",
  ]

  /// When it happened, with the offset that Paris had; nil where the file gave no date.
  public var occurredAt: String? { time.occurredAt }

  /// - Parameter withAccount: whether it names the account ID, as events of all parcels do.
  public func json(withAccount: Bool) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("seq", .integer(seq)), ("parcel", .string(parcel.description)),
      ("occurred_at", JSON(occurredAt)), ("precision", .string(time.precision.name)),
      ("received_at", JSON(utc: receivedAt)), ("code", JSON(wording.code)),
      ("label", JSON(wording.label)), ("status", .string(meaning.status.name)),
      ("reason", JSON(meaning.reason?.name)), ("mode", JSON(meaning.mode?.name)),
      ("site", JSON(site)), ("file", .string(origin.file)), ("line", JSON(origin.line)),
      ("occurred_text", JSON(timeText)),
    ]
    if withAccount {
      members += [
        ("account_id", .string(account.accountID)), ("source", JSON(origin.source)),
        ("type", .string("event")),
      ]
    }
    return .object(members)
  }

  var when: String { time.when }
}

extension EventTime {
  /// With the offset that Paris had; nil where the file gave no date.
  var occurredAt: String? {
    precision == .none ? nil : WallClock.paris.rfc3339(seconds: seconds)
  }

  /// The time as people read it: without what the file did not say.
  public var when: String {
    let text = TextForm.time(seconds)
    switch precision {
    case .second: return text
    case .minute: return String(text.prefix(16)) + String(text.dropFirst(19))
    // A day of the file is one of Paris, whatever the form.
    case .day: return String(WallClock.paris.rfc3339(seconds: seconds).prefix(10))
    case .none: return "no date"
    }
  }
}

extension [StoredEvent] {
  /// As a list of all parcels' events has them.
  public var objects: [JSON] { map { $0.json(withAccount: true) } }

  /// One JSON object per line, as `colisd events` prints them.
  public var lines: [UInt8] { map { JournalEntry.event($0) }.lines }
}

extension [JournalEntry] {
  /// One JSON object per line, as `colisd events` prints them.
  public var lines: [UInt8] {
    var bytes: [UInt8] = []
    for entry in self {
      entry.json.write(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

extension Meaning {
  /// `delivered (letterbox)`
  var text: String {
    let parts = [reason?.name, mode?.name, detail].compactMap { $0 }
    return parts.isEmpty ? status.name : "\(status.name) (\(parts.joined(separator: ", ")))"
  }
}
