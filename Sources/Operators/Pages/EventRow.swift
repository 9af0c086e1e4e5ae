import Carrier
import ParcelStore
import Status

/// An event of a timeline: our status first, then the carrier's words.
package struct EventRow: Sendable {
  package let event: StoredEvent
  package let request: PageRequest
  /// Whether it sets the current status.
  package var decides = false

  private var language: Language { request.language }

  package var context: PageContext {
    let meaning = event.meaning
    return [
      "event_tone": .tone(Tone(meaning.status)), "event_iso": .text(iso),
      "event_when": .text(language.time(event.time, now: request.now)),
      "event_status": .text(language.word(meaning.status).capitalizedFirst),
      "event_more": .text(language.more(meaning, now: request.now)),
      "event_decides": .flag(decides), "event_label": .text(event.wording.label),
      "label_lang": .text(Self.language(of: event.wording.label, in: language)),
      "event_code": .text(event.wording.code), "event_site": .text(event.site),
      "event_file": .text(event.origin.file),
      "event_line": .text(language.number(event.origin.line)),
    ]
  }

  /// The time for machines; nil: the file gave no date.
  private var iso: String? {
    let text = WallClock.paris.rfc3339(seconds: event.time.seconds)
    switch event.time.precision {
    case .second, .minute: return text
    case .day: return String(text.prefix(10))
    case .none: return nil
    }
  }

  /// The language of a label, where it is another one than that of the page; most are French.
  package static func language(of label: String?, in page: Language) -> String? {
    guard let label else { return nil }
    let words = label.lowercased()
    if words.contains("pakket") { return "nl" }
    if words.contains("your ") || words.contains("parcel") {
      return page == .english ? nil : "en"
    }
    return page == .french ? nil : "fr"
  }
}

extension String {
  /// With a capital letter at the start.
  package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// A parcel number in groups of three, as it is printed.
  package var inGroups: String {
    guard count == 12 else { return self }
    var groups: [Substring] = []
    var rest = self[...]
    while !rest.isEmpty {
      groups.append(rest.prefix(3))
      rest = rest.dropFirst(3)
    }
    return groups.joined(separator: " ")
  }
}
