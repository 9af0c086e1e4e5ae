import Carrier

/// The ways in which a postcode that somebody asks for may stand in the store, which keeps it as files write it.
package struct PostcodeForms: Sendable {
  /// The first is the one that was asked for.
  package let texts: [String]

  package init(_ asked: String) {
    let text = asked.split(whereSeparator: \.isWhitespace).joined(separator: " ").uppercased()
    var texts = [text]
    func add(_ form: String) {
      if !texts.contains(form) { texts.append(form) }
    }
    let letters = text.prefix { $0.isLetter }
    let digits = text.dropFirst(letters.count).drop { $0 == "-" || $0 == " " }
    if !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit) {
      add(String(digits))
      // Four digits are a postcode of Belgium or of Luxembourg.
      let prefixes = letters.isEmpty ? (digits.count == 4 ? ["B", "L"] : []) : [String(letters)]
      for prefix in prefixes {
        add(prefix + digits)
        add("\(prefix)-\(digits)")
      }
    }
    self.texts = texts
  }

  package func contains(_ stored: String?) -> Bool {
    guard let stored = stored?.uppercased() else { return false }
    return texts.contains(stored)
  }
}
