/// Prints the pages of a list that the daemon sent as one list: one JSON array, one table, one CSV file.
struct AnswerPrinter {
  private let form: String
  private var isFirst = true

  /// - Parameter form: `json`, `csv` or `text`.
  init(_ form: String) { self.form = form }

  mutating func print(_ body: [UInt8]) {
    defer { isFirst = false }
    switch form {
    case "json":
      // The end of the array is written when the list has ended.
      guard let end = body.lastIndex(of: UInt8(ascii: "]")), body.first == UInt8(ascii: "[") else {
        return StandardOutput.write(body)
      }
      isArray = true
      if isFirst { return StandardOutput.write(Array(body[..<end])) }
      guard end > 1 else { return }
      StandardOutput.write([UInt8(ascii: ",")] + body[1..<end])
    case "csv":
      StandardOutput.write(isFirst ? body : Self.withoutTitles(body))
    default:
      let text = isFirst ? body : Self.withoutTitles(body)
      StandardOutput.write(String(decoding: text, as: UTF8.self))
    }
  }

  func finish() {
    if isArray { StandardOutput.writeLine("]") }
  }

  private var isArray = false

  private static func withoutTitles(_ body: [UInt8]) -> [UInt8] {
    guard let end = body.firstIndex(of: UInt8(ascii: "\n")) else { return body }
    return Array(body[(end + 1)...])
  }
}
