/// Texts within figures, escaped as both forms ask for it.
enum MetricText {
  /// The labels without their braces: `source="drop",state="live"`.
  static func labels(_ labels: [(name: String, value: String)]) -> String {
    labels.map { "\($0.name)=\"\(escaped($0.value, escapingQuotes: true))\"" }
      .joined(separator: ",")
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
