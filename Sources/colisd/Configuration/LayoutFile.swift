import Carrier
import TrackingFile

/// Reads a layout file.
package enum LayoutFile {
  package static func read(_ path: String) throws(ConfigurationError) -> Layout {
    let problems = ProblemList(file: path)
    return try layout(YAMLFile(path: path, problems: problems).root, path, problems)
  }

  /// Reads a layout that is in no file yet.
  /// - Parameter name: what it is called in sentences.
  package static func read(text: String, name: String) throws(ConfigurationError) -> Layout {
    let problems = ProblemList(file: name)
    return try layout(YAMLFile.parse(text, name, problems), name, problems)
  }

  private static func layout(
    _ root: YAMLSection, _ path: String, _ problems: ProblemList
  ) throws(ConfigurationError) -> Layout {
    var columns = LayoutColumns()
    let format = format(root, &columns)
    let encoding = root.choice(
      "encoding",
      TextEncoding.allCases.map { ($0.rawValue, $0) } + [("iso-8859-1", .windows1252)])
    let name = root.required("name")
    let version = root.text("version") ?? "1"
    var options = Layout.Options(
      encoding: encoding ?? .auto, clock: clock(root), timeFormats: timeFormats(root),
      trailer: trailer(root), path: pathPattern(root))
    options.given = columns.given
    options.skip = root.texts("skip").map { $0.map(\.text) } ?? []
    options.number =
      root.choice("number", Layout.NumberForm.allCases.map { ($0.rawValue, $0) }) ?? .colisPrive
    root.refuseOtherKeys()
    try problems.throwIfAny()
    do throws(LayoutError) {
      return try Layout(name: name, version: version, format: format, options: options)
    } catch {
      let columns = root.sectionOrNothing("columns")
      let isColumn = Layout.Column(rawValue: error.key) != nil
      let place = isColumn ? columns?.place(of: error.key) : root.place(of: error.key)
      let sentence = isColumn ? "columns.\(error)" : error.description
      throw ConfigurationError([
        ConfigurationProblem(file: path, place: place, sentence: sentence)
      ])
    }
  }

  private static func format(_ root: YAMLSection, _ columns: inout LayoutColumns) -> Layout.Format {
    let isFixedWidth =
      root.choice("format", [("delimited", false), ("fixed-width", true)]) ?? false
    let section = root.requiredSection("columns")
    defer { section.refuseOtherKeys() }
    if isFixedWidth { return .fixedWidth(spans: columns.spans(section)) }
    let hasHeader = root.flag("header") ?? true
    let separator = byte(root, "separator") ?? UInt8(ascii: ";")
    let quoteText = root.text("quote")
    let quote = quoteText == "none" ? nil : byte(root, "quote") ?? UInt8(ascii: "\"")
    return hasHeader
      ? .delimited(
        separator: separator, quote: quote,
        names: columns.names(section, areNumbersNames: root.has("header")))
      : .headerless(separator: separator, quote: quote, numbers: columns.numbers(section))
  }

  private static func trailer(_ root: YAMLSection) -> Layout.Trailer? {
    guard root.has("trailer") else { return nil }
    guard let section = root.sectionOrNothing("trailer") else {
      return root.wordValue("trailer").map { Layout.Trailer(marker: $0.text) }
    }
    defer { section.refuseOtherKeys() }
    return Layout.Trailer(marker: section.required("marker"))
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
      do throws(LayoutError) {
        return try TimeFormat(checking: value.text)
      } catch {
        root.problems.add(error.description, of: error.key, at: value.place)
        return nil
      }
    }
  }
}
