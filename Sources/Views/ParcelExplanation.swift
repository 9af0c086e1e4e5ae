import Carrier
import Contract
import ParcelStore
import Status

/// Why a parcel's events say what they say, and why its current status is what it is.
public struct ParcelExplanation: Sendable {
  package let timeline: ParcelTimeline
  package let events: [ExplainedEvent]
  /// Held rows and rejected lines with its number.
  package let mentions: RawMentions
  /// The map in force; nil: none was put in force yet.
  public var map: MapInForce?
  /// Rows that brought the events again; nil: no copies of files are kept, so they are not known.
  public var repeats: EventRepeats?

  /// - Parameter events: those of the timeline, in its order.
  public init(_ timeline: ParcelTimeline, _ events: [ExplainedEvent], _ mentions: RawMentions) {
    self.timeline = timeline
    self.events = events
    self.mentions = mentions
  }

  private var gate: JSON {
    .object([
      ("verdict", .string("admitted")), ("contract", JSON(timeline.contract)),
      ("service", JSON(timeline.service?.rawValue)),
    ])
  }

  public var json: JSON {
    let current = timeline.current
    let copies: [(key: String, value: JSON)] =
      repeats.map { [(key: "copies", value: $0.json)] } ?? []
    return .object(
      [
        ("parcel", .string(timeline.parcel.description)),
        ("account", .string(timeline.account.account)),
        ("account_id", .string(timeline.account.accountID)),
        ("status", JSON(current?.meaning.status.name)), ("decided_by", JSON(current?.seq)),
        ("map", JSON(map?.version)),
        (
          "events", .array(events.map { $0.json(map: map?.version, gate: gate, repeats: repeats) })
        ),
      ] + mentions.json + copies)
  }

  public var text: String {
    let current = timeline.current
    var text = "Parcel \(timeline.parcel), account \(timeline.account)\n"
    if let current {
      text +=
        "status \(current.meaning.text), by \(singleLine(current.origin.file)):\(current.origin.line), seq \(current.seq)\n"
    }
    let service = [timeline.contract.map { "contract \($0)" }, timeline.service?.rawValue]
      .compactMap { $0 }.joined(separator: ", ")
    let gate = service.isEmpty ? "admitted" : "admitted: \(service)"
    for event in events {
      text += "\n" + event.text(map: map?.version, gate: gate, current: current)
      if let again = repeats?.text(of: event.event) {
        text += singleLine("  again     \(again)") + "\n"
      }
    }
    if let gaps = repeats?.gaps, !gaps.isEmpty { text += "\n" + gaps }
    if !mentions.isEmpty { text += "\n" + mentions.text }
    return text
  }
}
