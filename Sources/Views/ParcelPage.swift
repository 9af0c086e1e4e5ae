import Carrier
import Contract
import ParcelStore
import Status

/// A parcel under one account, with its timeline and with lines that carry its number but are no
/// events.
public struct ParcelPage: Sendable {
  package let timeline: ParcelTimeline
  /// Further accounts under which the number is known.
  package let others: [AccountPair]
  package let mentions: RawMentions
  /// What was asked for, where a postcode was given with the number.
  public var asked: TrackingKey?
  /// How long it waits at a pick-up point.
  public var deadline = PickupDeadline()

  /// Of a number that is known under several accounts: the one to which something happened last. Of a
  /// number of which all rows are held: a page without events.
  /// - Returns: nil where nothing is known of the number.
  public init?(of parcel: ParcelNumber, _ timelines: [ParcelTimeline], _ mentions: RawMentions) {
    let latest = timelines.max { left, right in
      (left.events.map(\.receivedAt).max() ?? 0, left.events.map(\.seq).max() ?? 0)
        < (right.events.map(\.receivedAt).max() ?? 0, right.events.map(\.seq).max() ?? 0)
    }
    guard let shown = latest ?? Self.withoutEvents(parcel, mentions) else { return nil }
    timeline = shown
    others = timelines.map(\.account).filter { $0 != shown.account }
    self.mentions = mentions
  }

  private static func withoutEvents(
    _ parcel: ParcelNumber, _ mentions: RawMentions
  ) -> ParcelTimeline? {
    mentions.held.first.map { ParcelTimeline(parcel: parcel, heldUnder: $0.account.account) }
  }

  /// Whether the postcode that was asked with the number is that of the parcel; nil: nothing can be said.
  package var postcodeAgrees: Bool? {
    guard let text = asked?.postcode, let given = Postcode(text, country: asked?.country),
      let known = timeline.details.postcode.flatMap({
        Postcode($0, country: timeline.details.country)
      })
    else { return nil }
    return given == known
  }

  package var trackingURL: String? {
    TrackingKey(
      parcel: timeline.parcel, postcode: timeline.details.postcode,
      country: timeline.details.country
    ).publicPage
  }

  /// The day that the carrier announced last, as long as the parcel is on its way to somebody.
  package var expectedOn: CalendarDay? {
    switch timeline.current?.meaning.status {
    case .delivered, .returning, .returned, .lost, .damaged, .cancelled: nil
    default: timeline.events.last { $0.meaning.expectedOn != nil }?.meaning.expectedOn
    }
  }

  /// The last day at the pick-up point where it waits; nil: it waits at none, or since when is not known.
  package var pickupUntil: CalendarDay? {
    guard let current = timeline.current, current.meaning.status == .readyForPickup,
      current.timelineEntry.isPlausible()
    else { return nil }
    return deadline.lastDay(arrivedAt: current.timelineEntry.since())
  }

  /// Since when it has its status; nil where no event has a time that can be right.
  private var statusSince: String? {
    timeline.current.flatMap { $0.timelineEntry.isPlausible() ? $0.occurredAt : nil }
  }

  // MARK: For scripts

  public var json: JSON {
    // Without an event there is no status: `unmapped` says that the map does not know a code.
    let isEmpty = timeline.current == nil && timeline.events.isEmpty
    let meaning = timeline.current?.meaning ?? .unmapped
    return .object(
      [
        ("parcel", .string(timeline.parcel.description)),
        ("postcode", JSON(timeline.details.postcode)),
        ("order", JSON(timeline.details.order)), ("contract", JSON(timeline.contract)),
        ("service", JSON(timeline.service?.rawValue)),
        ("account", .string(timeline.account.account)),
        ("account_id", .string(timeline.account.accountID)),
        ("status", isEmpty ? .null : .string(meaning.status.name)),
        ("reason", JSON(meaning.reason?.name)),
        ("mode", JSON(meaning.mode?.name)), ("status_since", JSON(statusSince)),
        ("delivered", .bool(meaning.status == .delivered)),
        ("expected_on", JSON(expectedOn?.description)), ("tracking_url", JSON(trackingURL)),
        (
          "sendcloud",
          isEmpty
            ? .null
            : .object([
              ("id", JSON(meaning.sendcloud.id)), ("message", .string(meaning.sendcloud.message)),
            ])
        ),
        ("aftership", isEmpty ? .null : .string(meaning.afterShip)),
        ("easypost", isEmpty ? .null : .string(meaning.easyPost)),
        ("events", .array(timeline.events.map { $0.json(withAccount: false) })),
        ("country", JSON(timeline.details.country)),
        ("other_account_ids", .array(others.map { .string($0.accountID) })),
        ("postcode_agrees", JSON(postcodeAgrees)),
        ("pickup_until", JSON(pickupUntil?.description)),
      ] + mentions.json)
  }

  // MARK: For people

  public var text: String {
    var text = "Parcel \(timeline.parcel), account \(timeline.account)\n" + facts
    if !timeline.events.isEmpty { text += "\n" + events.text }
    if !others.isEmpty {
      let list = others.map(\.accountID).joined(separator: ", ")
      text += "\nThe number is also known under \(list); --account-id shows it there.\n"
    }
    if !mentions.isEmpty { text += "\n" + mentions.text }
    if postcodeAgrees == false {
      text +=
        "\nnote: the postcode asked with the number is \(asked?.postcode ?? ""), and its rows have "
        + "\(singleLine(timeline.details.postcode ?? "")): is it another parcel?\n"
    }
    return text
  }

  /// What is known of the parcel, one line per fact.
  private var facts: String {
    var text = ""
    func add(_ name: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      let padding = String(repeating: " ", count: max(1, 10 - name.count))
      text += name + padding + singleLine(value) + "\n"
    }
    if let current = timeline.current {
      let isPlausible = current.timelineEntry.isPlausible()
      add("status", current.meaning.text + (isPlausible ? ", since \(current.when)" : ""))
    }
    add("expected", expectedOn?.description)
    add("pick-up", pickupUntil.map { "until \($0)" })
    add("order", timeline.details.order)
    let details = timeline.details
    add("postcode", [details.postcode, details.country].compactMap { $0 }.joined(separator: " "))
    add(
      "contract",
      timeline.contract.map {
        [$0, timeline.service?.rawValue].compactMap { $0 }.joined(separator: ", ")
      })
    add("page", trackingURL)
    return text
  }

  private var events: Table {
    var table = Table(
      ["when", "status", "code", "label", "site", "from"], least: ["label", "from"])
    for event in timeline.events {
      table.add([
        event.when, event.meaning.text, event.wording.code, event.wording.label, event.site,
        "\(event.origin.file):\(event.origin.line)",
      ])
    }
    return table
  }
}
