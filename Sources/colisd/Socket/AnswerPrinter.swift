import Views

/// Prints what the daemon sent: a whole answer, or the pages of a list as one list, which is one JSON array, one table,
/// one CSV file.
struct AnswerPrinter {
  private let form: String
  /// Whether no row was printed yet.
  private var isFirst = true

  /// - Parameter form: `json`, `csv` or `text`.
  init(_ form: String) { self.form = form }

  /// Prints an answer that is no page.
  func print(_ body: [UInt8]) {
    if form == "text" {
      StandardOutput.write(String(decoding: body, as: UTF8.self))
    } else {
      StandardOutput.write(body)
    }
  }

  mutating func print(page body: [UInt8]) {
    switch form {
    case "json":
      // The end of the array is written when the list has ended.
      guard let end = body.lastIndex(of: UInt8(ascii: "]")), end > 1 else { return }
      StandardOutput.write([UInt8(ascii: isFirst ? "[" : ",")] + body[1..<end])
    case "csv":
      // A list without rows has its titles.
      print(isFirst ? body : Self.withoutTitles(body))
    default:
      // Of a list without rows there are the titles, or a sentence.
      let rows = Self.withoutTitles(body)
      guard !rows.isEmpty else { return }
      print(isFirst ? body : rows)
    }
    isFirst = false
  }

  /// - Parameter sentence: what people see when there was no row.
  func finish(empty sentence: String) {
    switch form {
    case "json": StandardOutput.writeLine(isFirst ? "[]" : "]")
    case "csv": break
    default: if isFirst { StandardOutput.writeLine(sentence) }
    }
  }

  private static func withoutTitles(_ body: [UInt8]) -> [UInt8] {
    guard let end = body.firstIndex(of: UInt8(ascii: "\n")) else { return [] }
    return Array(body[(end + 1)...])
  }
}
