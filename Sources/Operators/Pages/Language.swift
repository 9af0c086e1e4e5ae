/// A language of the pages.
public enum Language: String, CaseIterable, Sendable {
  case french = "fr"
  case english = "en"

  /// The one that a browser likes best of those that there are; French where it says nothing of them.
  /// - Parameter header: the value of `Accept-Language`, such as `en-GB, fr;q=0.8`.
  public init(acceptLanguage header: String?) {
    var best: (language: Language, weight: Double)?
    for part in (header ?? "").split(separator: ",").prefix(32) {
      let pieces = part.split(separator: ";")
      guard let range = pieces.first?.split(separator: "-").first else { continue }
      let name = range.filter { !$0.isWhitespace }.lowercased()
      let weight =
        pieces.dropFirst().lazy.map { $0.filter { !$0.isWhitespace }.lowercased() }
        .first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      guard weight > 0, let language = name == "*" ? .french : Language(rawValue: name) else {
        continue
      }
      if weight > best?.weight ?? 0 { best = (language, weight) }
    }
    self = best?.language ?? .french
  }

  public var other: Language { self == .french ? .english : .french }

  /// How a language calls itself.
  package var ownName: String { self == .french ? "Français" : "English" }

  /// One of two texts.
  package func choose(_ french: String, _ english: String) -> String {
    self == .french ? french : english
  }

  // MARK: Numbers

  /// `12 480` with narrow no-break spaces in French, `12,480` in English.
  package func number(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    let separator: Character = self == .french ? "\u{202F}" : ","
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(separator) }
      text.append(digit)
    }
    return text
  }

  /// A number with its noun: `1 ligne`, `12 lignes`. In French 0 and 1 are singular, in English only 1 is.
  package func counted(
    _ value: Int, french: (one: String, many: String), english: (one: String, many: String)
  ) -> String {
    let noun =
      self == .french
      ? (value < 2 ? french.one : french.many) : (value == 1 ? english.one : english.many)
    return "\(number(value)) \(noun)"
  }

  /// `0,00 €` in French; in English as it is written: `0.00 EUR`.
  package func price(_ text: String) -> String {
    choose(text.replacing(".", with: ",").replacing(" EUR", with: "\u{a0}€"), text)
  }

  /// `12 lignes`
  package func rows(_ value: Int) -> String {
    counted(value, french: ("ligne", "lignes"), english: ("row", "rows"))
  }

  /// `12 fichiers`
  package func files(_ value: Int) -> String {
    counted(value, french: ("fichier", "fichiers"), english: ("file", "files"))
  }

  /// `12 événements`
  package func events(_ value: Int) -> String {
    counted(value, french: ("événement", "événements"), english: ("event", "events"))
  }
}
