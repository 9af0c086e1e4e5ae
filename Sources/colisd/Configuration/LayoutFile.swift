import Carrier
import TrackingFile

/// Reads a layout file.
package enum LayoutFile {
  package static func read(_ path: String) throws(ConfigurationError) -> Layout {
    let problems = ProblemList(file: path)
    let root = try YAMLFile(path: path, problems: problems).root
    let isFixedWidth =
      root.choice("format", [("delimited", false), ("fixed-width", true)]) ?? false
    let format = isFixedWidth ? fixedWidth(root) : delimited(root)
    let encoding = root.choice(
      "encoding",
      TextEncoding.allCases.map { ($0.rawValue, $0) } + [("iso-8859-1", .windows1252)])
    let name = root.required("name")
    let version = root.text("version") ?? "1"
    let clock = clock(root)
    let timeFormats = timeFormats(root)
    var trailer: Layout.Trailer?
    if let section = root.section("trailer") {
      trailer = Layout.Trailer(marker: section.required("marker"))
      section.refuseOtherKeys()
    }
    let pattern = pathPattern(root)
    root.refuseOtherKeys()
    try problems.throwIfAny()
    do throws(LayoutError) {
      return try Layout(
        name: name, version: version, format: format,
        options: .init(
          encoding: encoding ?? .auto, clock: clock, timeFormats: timeFormats, trailer: trailer,
          path: pattern))
    } catch {
      let columns = root.sectionOrNothing("columns")
      let isColumn = Layout.Column(rawValue: error.key) != nil
      let place = isColumn ? columns?.place(of: error.key) : root.place(of: error.key)
      throw ConfigurationError([
        ConfigurationProblem(file: path, place: place, sentence: error.description)
      ])
    }
  }

  private static func delimited(_ root: YAMLSection) -> Layout.Format {
    var names: [Layout.Column: String] = [:]
    let columns = root.requiredSection("columns")
    for column in Layout.Column.allCases { names[column] = columns.text(column.rawValue) }
    columns.refuseOtherKeys()
    let quote = root.text("quote")
    return .delimited(
      separator: byte(root, "separator") ?? UInt8(ascii: ";"),
      quote: quote == "none" ? nil : byte(root, "quote") ?? UInt8(ascii: "\""), names: names)
  }

  private static func fixedWidth(_ root: YAMLSection) -> Layout.Format {
    var spans: [Layout.Column: Layout.Span] = [:]
    let columns = root.requiredSection("columns")
    for column in Layout.Column.allCases {
      guard let section = columns.section(column.rawValue) else { continue }
      if !section.has("start") { section.missing("start") }
      if !section.has("width") { section.missing("width") }
      let range = 1...Layout.longestLine
      if let start = section.integer("start", range), let width = section.integer("width", range) {
        spans[column] = Layout.Span(start: start, width: width)
      }
      section.refuseOtherKeys()
    }
    columns.refuseOtherKeys()
    return .fixedWidth(spans: spans)
  }

  /// One ASCII character; `\t` and `tab` are a tabulator.
  private static func byte(_ root: YAMLSection, _ key: String) -> UInt8? {
    guard let text = root.text(key) else { return nil }
    if ["\\t", "tab"].contains(text) { return 0x09 }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80 else {
      root.fail(key, "must be one ASCII character, not \"\(text)\"")
      return nil
    }
    return byte
  }

  private static func pathPattern(_ root: YAMLSection) -> PathPattern? {
    guard let text = root.text("path") else { return nil }
    do throws(LayoutError) {
      return try PathPattern(text)
    } catch {
      root.fail("path", error.reason)
      return nil
    }
  }

  private static func clock(_ root: YAMLSection) -> WallClock {
    guard let name = root.text("time-zone") else { return .paris }
    guard let clock = WallClock(identifier: name) else {
      root.fail(
        "time-zone", "must be a name of the tz database such as Europe/Paris, not \"\(name)\"")
      return .paris
    }
    return clock
  }

  private static func timeFormats(_ root: YAMLSection) -> [TimeFormat] {
    guard let texts = root.texts("time-formats") else { return [.auto] }
    return texts.compactMap { value in
      if let format = TimeFormat(value.text) { return format }
      root.problems.add(
        "time-formats: \"\(value.text)\" is neither auto nor a pattern of yyyy MM dd HH mm ss",
        at: value.place)
      return nil
    }
  }
}
