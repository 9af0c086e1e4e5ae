import ParcelStore

extension EventRepeats {
  /// How many places of one event a person is shown.
  private static let mostShown = 5

  var json: JSON {
    .object([
      ("searched", .integer(Int64(searched))), ("of", .integer(Int64(copies))),
      ("cut_off", .bool(isCutOff)), ("unreadable", .integer(Int64(unreadable))),
    ])
  }

  func json(of event: StoredEvent) -> JSON {
    .array(
      (places[event.seq] ?? []).map {
        .object([("file", .string($0.file)), ("line", .integer(Int64($0.line)))])
      })
  }

  /// Nil: no other row brought the event.
  package func text(of event: StoredEvent) -> String? {
    guard let all = places[event.seq], !all.isEmpty else { return nil }
    let shown = all.prefix(Self.mostShown).map { "\($0.file):\($0.line)" }
    let more = all.count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more; see --json" : "")
  }

  /// What was not searched; empty: all was.
  package var gaps: String {
    var text = ""
    if isCutOff {
      text +=
        "Files that brought an event again were looked for in \(searched) of \(copies) copies of files, the newest "
        + "first; then the time was over.\n"
    }
    if unreadable > 0 {
      let copies = unreadable == 1 ? "1 copy of a file" : "\(unreadable) copies of files"
      text +=
        "Rows of \(copies) could not all be read for that: the layout is not configured or does not fit, or the copy "
        + "is damaged.\n"
    }
    return text
  }
}
