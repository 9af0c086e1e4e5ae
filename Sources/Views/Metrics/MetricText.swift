/// Texts within figures, escaped as both forms ask for it.
enum MetricText {
  /// Adds labels to a line, `{source="drop",state="live"}`; nothing where there are none.
  static func append(_ labels: [(name: String, value: String)], to text: inout String) {
    guard !labels.isEmpty else { return }
    var mark = "{"
    for (name, value) in labels {
      text += mark
      text += name
      text += "=\""
      text += escaped(value, escapingQuotes: true)
      text += "\""
      mark = ","
    }
    text += "}"
  }

  /// What a metric means. OpenMetrics escapes quotation marks there; Prometheus' own form must not.
  static func help(_ text: String, escapingQuotes: Bool) -> String {
    escaped(text, escapingQuotes: escapingQuotes)
  }

  private static func escaped(_ text: String, escapingQuotes: Bool) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
    }
    if isPlain { return text }
    var escaped = ""
    // By scalars: CR LF is one `Character`, and so is a quotation mark with an accent after it. Unsafe
    // scalars are replaced first, so that the backslash of their replacement is escaped as well.
    for scalar in wholeLines(text).unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"" where escapingQuotes: escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
