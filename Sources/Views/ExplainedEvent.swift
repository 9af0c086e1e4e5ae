import Contract
import ParcelStore
import Status

/// An event with all that led to it.
public struct ExplainedEvent: Sendable {
  public var event: StoredEvent
  /// The name of the layout by which its file was read; nil: the file is not in the ledger any more.
  public var layout: String?
  /// The rule of the map, and where it stands: `status-map.yaml:12:3` or `built-in`; nil: no rule knows it.
  public var rule: (text: String, place: String)?
  /// What the configured map says of it, where that is something else than the store has.
  public var otherMeaning: Meaning?
  public var decision: DecisionReason

  public init(_ event: StoredEvent, _ decision: DecisionReason) {
    self.event = event
    self.decision = decision
  }
}

extension ExplainedEvent {
  /// - Parameters:
  ///   - map: the version of the map by which it has its meaning.
  ///   - gate: what the gate said of its row.
  ///   - repeats: nil: which rows brought it again is not known.
  func json(map: String?, gate: JSON, repeats: EventRepeats?) -> JSON {
    let again: [(key: String, value: JSON)] =
      repeats.map { [(key: "again", value: $0.json(of: event))] } ?? []
    return .object(
      [
        ("event", event.json(withAccount: true)), ("layout", JSON(layout)), ("map", JSON(map)),
        ("rule", JSON(rule?.text)), ("rule_place", JSON(rule?.place)),
        ("meaning_by_configured_map", JSON(otherMeaning?.text)), ("gate", gate),
        ("decides", .bool(decision == .decides)), ("reason", .string(decision.rawValue)),
      ] + again)
  }

  /// - Parameter current: the event that decides.
  func text(map: String?, gate: String, current: StoredEvent?) -> String {
    let code = event.wording.code.map { "code \($0)" }
    let label = event.wording.label.map { "\"\($0)\"" }
    let wording = [code, label].compactMap { $0 }.joined(separator: ", ")
    var lines = ["\(event.when)  \(event.meaning.text)"]
    lines.append("  says      " + (wording.isEmpty ? "nothing: no code and no label" : wording))
    lines.append(
      "  from      \(event.origin.file):\(event.origin.line)"
        + (event.origin.source.map { " of source \($0)" } ?? "")
        + (layout.map { ", read by layout \($0)" } ?? ""))
    lines.append("  received  \(TextForm.time(event.receivedAt)), seq \(event.seq)")
    if let rule {
      lines.append("  rule      \(rule.text) (\(rule.place))")
    } else {
      let isUnmapped = event.meaning.status == .unmapped
      lines.append("  rule      \(isUnmapped ? "none" : "not in today's map")")
    }
    if let otherMeaning {
      lines.append("  note      the configured map says \(otherMeaning.text); see colisd remap")
    }
    if let map { lines.append("  map       version \(map)") }
    lines.append("  gate      \(gate)")
    lines.append("  status    \(sentence(current))")
    return lines.map { singleLine($0) + "\n" }.joined()
  }

  private func sentence(_ current: StoredEvent?) -> String {
    let name = event.meaning.status.name
    let other = current?.meaning.status.name ?? ""
    return switch decision {
    case .decides: "this event decides the current status"
    case .unmapped: "the map does not know it, so it decides nothing while another event is known"
    case .implausibleTime:
      "its time can't be right (before the year 2000, or later than the day after it came), so it does not decide"
    case .lifeCycleOnDay:
      "an event of that day has no time, so the life cycle decides: \(name) comes before \(other)"
    case .lifeCycleAtSameTime:
      "at the same time the life cycle decides: \(name) comes before \(other)"
    case .storedBefore: "of two alike the one that was stored last decides"
    case .happenedBefore: "it happened before the event that decides"
    case .cameBefore: "no event has a time that can be right, and another one came last"
    }
  }
}
