import Carrier
import TrackingFile

/// A list as CSV that a French Excel opens by double click: a byte order mark, semicolons, CR LF, the keys of the JSON
/// as titles.
///
/// - What begins like a formula gets an apostrophe, so that nothing is calculated.
/// - Numbers of parcels, accounts, orders and the like that Excel would take for a number or a date are written as
///   `="…"`, which it shows as the text that it is.
/// - Times are `2026-08-28 11:42:10`, by the clock of `TextForm`. What has no value is empty.
public enum CSVText {
  /// How a file begins.
  public static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// The keys whose values name something, whatever they look like.
  private static let names: Set<String> = [
    "parcel", "postcode", "order", "account", "account_id", "code", "site", "contract", "source",
    "name", "endpoint",
  ]

  /// Of use to programs only.
  private static let omitted = "cursor"

  /// - Parameters:
  ///   - objects: all with the same keys.
  ///   - titles: these keys, which a list without rows has as well; nil: none, for the later pages of a list.
  public static func bytes(_ objects: [JSON], titles: [String]?) -> [UInt8] {
    var bytes: [UInt8] = []
    if let titles {
      bytes += mark
      append(titles.filter { $0 != omitted }, to: &bytes)
    }
    for object in objects {
      guard case .object(let members) = object else { continue }
      append(
        members.filter { $0.key != omitted }.map { cell($0.key, $0.value) }, to: &bytes)
    }
    return bytes
  }

  /// A value with a name and a value per line, such as `files.ingested;3`.
  public static func bytes(flattening value: JSON) -> [UInt8] {
    var bytes = mark
    append(["name", "value"], to: &bytes)
    append(value, named: [], to: &bytes)
    return bytes
  }

  private static func append(_ value: JSON, named path: [String], to bytes: inout [UInt8]) {
    switch value {
    case .object(let members):
      for member in members { append(member.value, named: path + [member.key], to: &bytes) }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        append(element, named: path + ["\(index + 1)"], to: &bytes)
      }
    case .null, .bool, .integer, .string:
      append([path.joined(separator: "."), cell(path.last ?? "", value)], to: &bytes)
    }
  }

  private static func append(_ cells: [String], to bytes: inout [UInt8]) {
    bytes += cells.map(quoted).joined(separator: ";").utf8
    bytes += "\r\n".utf8
  }

  private static func cell(_ key: String, _ value: JSON) -> String {
    switch value {
    case .null: return ""
    case .bool, .integer, .array, .object: return value.text
    case .string(let text):
      if let time = time(key, text) { return time }
      let line = singleLine(text)
      if names.contains(key), looksLikeNumberOrDate(line) { return "=\"\(line)\"" }
      return harmless(line)
    }
  }

  /// The keys of times that do not end in `_at`.
  private static let times: Set<String> = [
    "status_since", "mtime", "oldest", "latest", "pending_since",
  ]

  /// A time as spreadsheets read it.
  private static func time(_ key: String, _ text: String) -> String? {
    guard key.hasSuffix("_at") || times.contains(key), let time = EventTime(text)
    else { return nil }
    let shown = TextForm.time(time.seconds)
    return "\(shown.prefix(10)) \(shown.dropFirst(11).prefix(8))"
  }

  /// Whether a spreadsheet would make something else of a name: `00123`, `991122334455`, `1E1`, `3-4`, `MAI-12`.
  private static func looksLikeNumberOrDate(_ text: String) -> Bool {
    // Most are numbers of parcels, and nothing slow is asked of their characters.
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    guard text.allSatisfy({ $0.isLetter || $0.isNumber || " .,-/:".contains($0) }),
      text.contains(where: \.isNumber), let first = text.first
    else { return false }
    if !first.isLetter { return first.isNumber || ".,".contains(first) }
    // The name of a month, and a day or a year.
    let name = text.prefix { $0.isLetter }
    let rest = text.dropFirst(name.count).drop { " .-/".contains($0) }
    return rest.count <= 4 && months.contains(name.prefix(3).lowercased())
  }

  /// How months begin in French, Dutch and English.
  private static let months: Set<String> = [
    "jan", "fev", "fév", "feb", "mar", "mrt", "maa", "avr", "apr", "mai", "mei", "may", "jui",
    "jun", "jul", "aou",
    "aoû", "aug", "sep", "oct", "okt", "nov", "dec", "déc",
  ]

  /// Spreadsheets calculate what begins so, also after blanks.
  private static func harmless(_ text: String) -> String {
    // By scalars: a sign with an accent on it is another `Character`, and the same to a spreadsheet.
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
    guard let first, "=+-@".unicodeScalars.contains(first) else { return text }
    return "'" + text
  }

  /// What a cell needs quotes for.
  private static let special = Set(";\",".utf8)

  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: { special.contains($0) }) else { return cell }
    var quoted = "\"".unicodeScalars
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { quoted.append(scalar) }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }
}
