import TrackingFile

/// Reads the section `columns` of a layout: where each field comes from.
///
/// In a file with a header a column is a name, without one a number, at fixed places `{ start: 1, width: 2 }`,
/// and a list of these is joined. In each of them it may be `{ value: E1 }` or `{ path: account }`.
struct LayoutColumns {
  private(set) var given: [Layout.Column: Layout.Given] = [:]

  /// - Parameter areNumbersNames: whether the layout says itself that there is a header. Otherwise numbers are
  ///   rather those of columns, and `header: false` was forgotten.
  mutating func names(
    _ columns: YAMLSection, areNumbersNames: Bool
  ) -> [Layout.Column: [String]] {
    values(columns) { value in
      guard !areNumbersNames, Int(value.text) != nil else { return value.text }
      columns.problems.add(
        "\(columns.name) has the number \(value.text), but columns are names where there is a header: write "
          + "header: false if files have none, or header: true if theirs has this name",
        of: columns.name, at: value.place)
      return nil
    }
  }

  mutating func numbers(_ columns: YAMLSection) -> [Layout.Column: [Int]] {
    let range = 1...Layout.longestLine
    return values(columns) { value in
      if let number = Int(value.text), range.contains(number) { return number }
      columns.problems.add(
        "\(columns.name) must have numbers of columns, counted from 1, as header is false, "
          + "not \"\(value.text)\"", of: columns.name, at: value.place)
      return nil
    }
  }

  /// - Parameter part: reads a column; nil after it has reported what is wrong.
  private mutating func values<Part>(
    _ columns: YAMLSection, _ part: (YAMLSection.Value) -> Part?
  ) -> [Layout.Column: [Part]] {
    var found: [Layout.Column: [Part]] = [:]
    for column in Layout.Column.allCases where columns.has(column.rawValue) {
      if let section = columns.sectionOrNothing(column.rawValue) {
        given[column] = given(section, column)
      } else if let values = columns.texts(column.rawValue) {
        found[column] = values.compactMap(part)
      }
    }
    return found
  }

  mutating func spans(_ columns: YAMLSection) -> [Layout.Column: [Layout.Span]] {
    var found: [Layout.Column: [Layout.Span]] = [:]
    for column in Layout.Column.allCases where columns.has(column.rawValue) {
      guard let section = columns.sectionOrNothing(column.rawValue) else {
        found[column] = columns.sections(column.rawValue)?.compactMap(Self.span)
        continue
      }
      if section.has("value") || section.has("path") {
        given[column] = given(section, column)
      } else {
        found[column] = Self.span(section).map { [$0] }
      }
    }
    return found
  }

  private static func span(_ section: YAMLSection) -> Layout.Span? {
    defer { section.refuseOtherKeys() }
    if !section.has("start") { section.missing("start") }
    if !section.has("width") { section.missing("width") }
    let range = 1...Layout.longestLine
    guard let start = section.integer("start", range), let width = section.integer("width", range)
    else { return nil }
    return Layout.Span(start: start, width: width)
  }

  private func given(_ section: YAMLSection, _ column: Layout.Column) -> Layout.Given? {
    defer { section.refuseOtherKeys() }
    let (hasValue, hasPath) = (section.has("value"), section.has("path"))
    if hasValue, hasPath {
      section.fail("path", "cannot stand beside value: choose one")
      return nil
    }
    if hasPath {
      guard let name = section.wordValue("path")?.text else { return nil }
      guard name == column.rawValue else {
        section.fail(
          "path",
          "must be \(column.rawValue), the name in braces in the layout's path, "
            + "not \"\(name)\"")
        return nil
      }
      return .path
    }
    if !hasValue { section.missing("value") }
    return section.wordValue("value").map { .value($0.text) }
  }
}
