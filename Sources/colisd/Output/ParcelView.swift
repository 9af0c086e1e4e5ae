import Carrier
import Contract
import ParcelStore
import Status

// How parcels and events look to users: the keys of the JSON are an interface and stay.

extension StoredEvent {
  /// When it happened, with the offset that Paris had; nil where the file gave no date.
  var occurredAt: String? {
    time.precision == .none ? nil : WallClock.paris.rfc3339(seconds: time.seconds)
  }

  /// - Parameter withAccount: events of all parcels also name the account ID.
  func json(withAccount: Bool) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("seq", .integer(seq)), ("parcel", .string(parcel.description)),
      ("occurred_at", JSON(occurredAt)), ("precision", .string(time.precision.name)),
      ("received_at", .string(WallClock.utc(seconds: receivedAt))), ("code", JSON(wording.code)),
      ("label", JSON(wording.label)), ("status", .string(meaning.status.name)),
      ("reason", JSON(meaning.reason?.name)), ("mode", JSON(meaning.mode?.name)),
      ("site", JSON(site)), ("file", .string(file)), ("line", .integer(Int64(line))),
      ("occurred_text", JSON(timeText)),
    ]
    if withAccount { members.append(("account_id", .string(account.accountID))) }
    return .object(members)
  }

  /// The time as people read it: what the file did not say is not shown.
  fileprivate var when: String {
    guard let text = occurredAt else { return "no date" }
    switch time.precision {
    case .second: return text
    case .minute: return String(text.prefix(16)) + String(text.suffix(6))
    case .day: return String(text.prefix(10))
    case .none: return "no date"
    }
  }
}

extension Meaning {
  /// `delivered (letterbox)`
  fileprivate var text: String {
    let parts = [reason?.name, mode?.name, detail].compactMap { $0 }
    return parts.isEmpty ? status.name : "\(status.name) (\(parts.joined(separator: ", ")))"
  }
}

extension ParcelTimeline {
  private var trackingURL: String? {
    TrackingKey(parcel: parcel, postcode: postcode, country: country).publicPage
  }

  /// The day that the carrier announced last, as long as the parcel is on its way to somebody.
  private var expectedOn: CalendarDay? {
    switch current?.meaning.status {
    case .delivered, .returning, .returned, .lost, .damaged, .cancelled: nil
    default: events.last { $0.meaning.expectedOn != nil }?.meaning.expectedOn
    }
  }

  private var isDelivered: Bool { current?.meaning.status == .delivered }

  /// Since when it has its status; nil where no event has a time that can be right.
  private var statusSince: String? {
    current.flatMap { $0.place.isPlausible() ? $0.occurredAt : nil }
  }

  /// - Parameter others: further accounts under which the number is known.
  func json(others: [AccountPair], _ mentions: KeptMentions) -> JSON {
    let meaning = current?.meaning ?? .unmapped
    return .object(
      [
        ("parcel", .string(parcel.description)), ("postcode", JSON(postcode)),
        ("order", JSON(order)),
        ("contract", JSON(contract)), ("service", JSON(service?.rawValue)),
        ("account", .string(account.account)), ("account_id", .string(account.accountID)),
        ("status", .string(meaning.status.name)), ("reason", JSON(meaning.reason?.name)),
        ("mode", JSON(meaning.mode?.name)), ("status_since", JSON(statusSince)),
        ("delivered", .bool(isDelivered)), ("expected_on", JSON(expectedOn?.description)),
        ("tracking_url", JSON(trackingURL)),
        (
          "sendcloud",
          .object([
            ("id", .integer(Int64(meaning.sendcloud.id))),
            ("message", .string(meaning.sendcloud.message)),
          ])
        ),
        ("aftership", .string(meaning.afterShip)), ("easypost", .string(meaning.easyPost)),
        ("events", .array(events.map { $0.json(withAccount: false) })),
        ("country", JSON(country)),
        ("other_account_ids", .array(others.map { .string($0.accountID) })),
      ] + mentions.json)
  }

  func text(others: [AccountPair], _ mentions: KeptMentions) -> String {
    var text = "Parcel \(parcel), account \(account)\n"
    func line(_ name: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      text +=
        name + String(repeating: " ", count: max(1, 10 - name.count)) + singleLine(value) + "\n"
    }
    if let current {
      let isPlausible = current.place.isPlausible()
      line("status", current.meaning.text + (isPlausible ? ", since \(current.when)" : ""))
    }
    line("expected", expectedOn?.description)
    line("order", order)
    line("postcode", [postcode, country].compactMap { $0 }.joined(separator: " "))
    line(
      "contract",
      contract.map { [$0, service?.rawValue].compactMap { $0 }.joined(separator: ", ") })
    line("page", trackingURL)
    var table = Table(["when", "status", "code", "label", "site", "from"])
    for event in events {
      table.add([
        event.when, event.meaning.text, event.wording.code, event.wording.label, event.site,
        "\(event.file):\(event.line)",
      ])
    }
    text += events.isEmpty ? "" : "\n" + table.text
    if !others.isEmpty {
      let list = others.map(\.accountID).joined(separator: ", ")
      text += "\nThe number is also known under \(list); --account-id shows it there.\n"
    }
    if !mentions.isEmpty { text += "\n" + mentions.text }
    return text
  }
}

extension ParcelSummary {
  var json: JSON {
    .object([
      ("parcel", .string(parcel.description)), ("postcode", JSON(postcode)), ("order", JSON(order)),
      ("account", .string(account.account)), ("account_id", .string(account.accountID)),
      ("status", .string(meaning.status.name)), ("reason", JSON(meaning.reason?.name)),
      ("mode", JSON(meaning.mode?.name)),
      ("status_since", .string(WallClock.paris.rfc3339(seconds: since))),
      ("delivered", .bool(meaning.status == .delivered)),
    ])
  }
}
