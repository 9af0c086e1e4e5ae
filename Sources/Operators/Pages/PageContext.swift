import Mustache
import Views

/// What a template shows: names with their values. A name without a value is false, so that a template
/// never finds one of the same name further out.
///
/// This is the one place through which text gets into a page. Mustache escapes `<`, `>`, `&` and quotes; what it
/// does not see is made visible or set apart here.
package struct PageContext: MustacheParent, Sendable, ExpressibleByDictionaryLiteral {
  package enum Value: Sendable {
    case written(String)
    case flag(Bool)
    case rows([PageContext])
    case nested(PageContext)
  }

  private var values: [String: Value]

  package init(dictionaryLiteral elements: (String, Value)...) {
    values = Dictionary(elements, uniquingKeysWith: { $1 })
  }

  package subscript(name: String) -> Value? {
    get { values[name] }
    set { values[name] = newValue }
  }

  package mutating func add(_ other: PageContext) {
    values.merge(other.values) { $1 }
  }

  /// What Mustache asks.
  package func child(named name: String) -> Any? {
    switch values[name] {
    case .written(let text): text
    case .flag(let flag): flag
    case .rows(let rows): rows
    case .nested(let part): part
    case nil: nil
    }
  }

  // MARK: For tests

  /// The text under a name; nil where there is none.
  package func text(_ name: String) -> String? {
    if case .written(let text) = values[name] { text } else { nil }
  }

  /// The rows under a name; empty where there are none.
  package func rows(_ name: String) -> [PageContext] {
    if case .rows(let rows) = values[name] { rows } else { [] }
  }
}

extension PageContext.Value {
  /// On one line; nil and an empty text are false.
  package static func text(_ text: String?) -> Self {
    guard let text, !text.isEmpty else { return .flag(false) }
    return .written(setApart(singleLine(text)))
  }

  /// Of several lines.
  package static func lines(_ text: String?) -> Self {
    guard let text, !text.isEmpty else { return .flag(false) }
    return .written(setApart(wholeLines(text)))
  }

  package static func list(_ rows: [PageContext]) -> Self { .rows(rows) }

  package static func tone(_ tone: Tone) -> Self { .written(tone.rawValue) }

  /// A part that may be missing.
  package static func part(_ part: PageContext?) -> Self {
    if let part { .nested(part) } else { .flag(false) }
  }
}

extension PageContext.Value: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) { self = .text(text) }
}

/// Sets signs with a meaning in HTML apart from combining characters beside them, by a word joiner. A quote with an
/// accent on it is one `Character`, and Mustache, which looks at characters, would let it pass unescaped.
package func setApart(_ text: String) -> String {
  func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "&", "\"", "'": true
    default: false
    }
  }
  // Nothing below U+0300 combines.
  let scalars = text.unicodeScalars
  guard scalars.contains(where: isSpecial), scalars.contains(where: { $0.value >= 0x300 }) else {
    return text
  }
  var result = String.UnicodeScalarView()
  var before: Unicode.Scalar?
  for scalar in scalars {
    if let before,
      isSpecial(before) && scalar.value >= 0x300 || isSpecial(scalar) && before.value >= 0x300
    {
      result.append("\u{2060}")
    }
    result.append(scalar)
    before = scalar
  }
  return String(result)
}
