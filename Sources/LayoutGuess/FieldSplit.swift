/// Cuts lines into fields.
struct FieldSplit: Hashable {
  var separator: Character
  /// Nil: there is no quoting.
  var quote: Character?

  /// What separates fields in real files, the likeliest first.
  static let separators: [Character] = [";", "\t", "|", ",", "^", "~", "#", "!"]

  /// The most fields of a line that are looked at.
  static let mostFields = 200

  func fields(of line: String) -> [String] {
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var isStart = true
    var closed = false
    for scalar in line.unicodeScalars {
      if isQuoted {
        if scalar == quoteScalar {
          isQuoted = false
          closed = true
        } else {
          field.append(scalar)
        }
      } else if scalar == separatorScalar {
        fields.append(ValueShape.trimmed(Substring(String(field))))
        guard fields.count < Self.mostFields else { return fields }
        field = .init()
        (isStart, closed) = (true, false)
        continue
      } else if scalar == quoteScalar, isStart || closed {
        // Two quotes within quotes are one.
        if closed { field.append(scalar) }
        isQuoted = true
        closed = false
      } else {
        field.append(scalar)
      }
      if !scalar.properties.isWhitespace { isStart = false }
    }
    fields.append(ValueShape.trimmed(Substring(String(field))))
    return fields
  }

  private var separatorScalar: Unicode.Scalar? { separator.unicodeScalars.first }
  private var quoteScalar: Unicode.Scalar? { quote?.unicodeScalars.first }

  /// The quote in some lines: `"`, unless fields begin and end with `'`, or a `"` is only ever a character of a
  /// text.
  static func quote(of lines: [SampleText.Line], separator: Character) -> Character? {
    var wrapped: [Character: Int] = [:]
    var hasStray = false
    for line in lines.prefix(500) {
      for field in line.text.split(separator: separator) {
        let field = ValueShape.trimmed(field)
        for quote: Character in ["\"", "'"] where field.count >= 2 {
          if field.first == quote, field.last == quote { wrapped[quote, default: 0] += 1 }
        }
        if field.contains("\""), field.first != "\"", field.last != "\"" { hasStray = true }
      }
    }
    if wrapped["'", default: 0] > 2 * wrapped["\"", default: 0] { return "'" }
    return wrapped["\""] == nil && hasStray ? nil : "\""
  }
}
