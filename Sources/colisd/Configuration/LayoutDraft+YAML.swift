import LayoutGuess
import TrackingFile
import Views

extension LayoutDraft {
  private var hasNumberForAName: Bool {
    columns.contains { column in
      guard case .columns(let places) = column.origin else { return false }
      return places.contains { if case .name(let name) = $0 { Int(name) != nil } else { false } }
    }
  }

  /// The draft as a layout file with comments.
  package var layoutText: String {
    var text = "# A layout guessed from \(comment(paths.joined(separator: ", ")))\n"
    text +=
      "# by `colisd layout guess`. After each # stands how certain a line is, and why; docs/format.md\n"
    text +=
      "# explains the keys. `colisd check` reads it, and `colisd check FILE` shows rows as it reads them.\n"
    text += "name: \(Self.name)\nversion: \"1\"\n"
    switch format {
    case .fixedWidth: text += "format: fixed-width\n"
    case .delimited(let separator, let quote, let hasHeader):
      text += "format: delimited\n"
      let written = separator == "\t" ? "tab" : "\"\(separator)\""
      text += line("separator: \(written)")
      text += quote.map { $0 == "\"" ? "quote: '\"'\n" : "quote: \"\($0)\"\n" } ?? "quote: none\n"
      if !hasHeader {
        text += line("header: false", "columns are counted from 1")
      } else if hasNumberForAName {
        text += line("header: true", "numbers below are names")
      }
    }
    text += line("encoding: \(encodingWord)", encodingReason)
    text += "time-zone: Europe/Paris\n"
    let formats = timeFormats.map { $0 == "auto" ? $0 : yamlScalar($0) }.joined(separator: ", ")
    text += line("time-formats: [\(formats)]", column(.date).map { "such as \($0.example)" })
    if isAnyNumber { text += line("number: any", "they are not those of Colis Privé") }
    if !skip.isEmpty {
      text += line(
        "skip: [\(skip.map(yamlScalar).joined(separator: ", "))]", "lines that begin so are no rows"
      )
    }
    if let trailer {
      text += line(
        "trailer: { marker: \(yamlScalar(trailer)) }", "a file without this line is not complete")
    }
    if let path { text += line("path: \(yamlScalar(path))", "names the account of a file's rows") }
    text += "columns:\n"
    for column in columns { text += columnLine(column) }
    for column in Layout.Column.required where self.column(column) == nil {
      text += "  # \(column.rawValue): missing; a layout needs it\n"
    }
    if !unused.isEmpty { text += "# Not used:\n" }
    for column in unused {
      text +=
        "#   \(comment(column.title))"
        + (column.example.isEmpty ? "\n" : ", such as \(comment(column.example))\n")
    }
    return text
  }

  private func columnLine(_ column: GuessedColumn) -> String {
    let origin =
      switch column.origin {
      case .constant(let value): "{ value: \(yamlScalar(value)) }"
      case .path: "{ path: \(column.column.rawValue) }"
      case .columns(let places):
        places.count == 1
          ? written(places[0]) : "[" + places.map(written).joined(separator: ", ") + "]"
      }
    let example = column.example.isEmpty ? "" : "; such as \(column.example)"
    return line(
      "  \(column.column.rawValue): \(origin)",
      "\(column.certainty.name): \(column.reason)\(example)")
  }

  private func written(_ place: GuessedColumn.Place) -> String {
    switch place {
    case .name(let name): yamlScalar(name)
    case .number(let number): "\(number)"
    case .span(let span): "{ start: \(span.start), width: \(span.width) }"
    }
  }

  private var encodingReason: String {
    switch encoding {
    case .ascii: "no accents were seen"
    case .utf8: "\(encodingCertainty.name): UTF-8"
    case .windows1252: "\(encodingCertainty.name): Windows-1252"
    case .mixed: "UTF-8 and Windows-1252"
    case .iso885915, .cp850: encodingCertainty.name
    case .utf16: encodingWord == "auto" ? "UTF-16, by its first bytes" : encodingCertainty.name
    }
  }

  /// A line with its comment at the same place as others'.
  private func line(_ text: String, _ reason: String? = nil) -> String {
    guard let reason else { return text + "\n" }
    let room = max(2, Self.placeOfComments - text.count)
    return text + String(repeating: " ", count: room) + "# " + comment(reason) + "\n"
  }

  private static let placeOfComments = 40
}

/// A text for a comment: on one line, without characters that YAML does not allow, and not too long.
private func comment(_ text: String) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(200) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      scalars.append(" ")
    // Where a * stands too, it would be taken for an anchor.
    case _ where scalar == "&": scalars.append("+")
    default: scalars.append(scalar)
    }
  }
  return String(scalars)
}
