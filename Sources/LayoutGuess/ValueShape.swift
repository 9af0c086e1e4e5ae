import Carrier

/// What a single value looks like.
enum ValueShape {
  /// A letter and a digit: `E1`.
  static func isAccount(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    return bytes.count == 2 && bytes[0].isASCIILetter && bytes[1].isASCIIDigit
  }

  /// Letters and then digits: `EM180619`.
  static func isAccountID(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    let letters = bytes.prefix { $0.isASCIILetter }.count
    return (1...4).contains(letters) && (6...16).contains(bytes.count)
      && bytes.dropFirst(letters).allSatisfy(\.isASCIIDigit)
  }

  /// What an account ID may consist of.
  static func mayBeAccountID(_ value: String) -> Bool {
    (1...AccountPair.longestAccountID).contains(value.utf8.count)
      && value.utf8.allSatisfy {
        $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }

  /// The carrier's parcel number, or a tracking key. Nearly all of its characters are digits; a word of twelve
  /// letters is none.
  static func isParcel(_ value: String) -> Bool {
    value.utf8.count <= 32 && value.utf8.count { $0.isASCIIDigit } >= 6
      && TrackingKey(value) != nil
  }

  /// A number that another carrier might give.
  static func isAnyNumber(_ value: String) -> Bool {
    let bytes = value.utf8.filter { $0 != UInt8(ascii: " ") }
    return (8...35).contains(bytes.count) && bytes.count { $0.isASCIIDigit } >= 5
      && bytes.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter }
  }

  /// What `number: any` takes, with at least one digit.
  static func mayBeNumber(_ value: String) -> Bool {
    ParcelNumber(any: value) != nil && value.contains(where: \.isNumber)
  }

  /// A postcode of any country.
  static func mayBePostcode(_ value: String) -> Bool {
    (3...10).contains(value.utf8.count) && value.contains(where: \.isNumber)
      && value.utf8.allSatisfy {
        $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-")
      }
  }

  static func isPostcode(_ value: String) -> Bool {
    let tail = value.drop { !$0.isNumber }.drop(while: \.isNumber)
    // `75012 CEDEX 12`
    guard value.utf8.count <= 30, value.contains(where: \.isNumber),
      tail.isEmpty || tail.first == " " && tail.uppercased().contains("CEDEX")
    else { return false }
    return Postcode(value, country: nil) != nil || Postcode(value, country: "FR") != nil
  }

  static func isCountry(_ value: String) -> Bool { countries.contains(value.uppercased()) }

  /// A short word without blanks, such as codes are.
  static func isCode(_ value: String) -> Bool {
    (1...20).contains(value.utf8.count)
      && value.utf8.allSatisfy {
        $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }

  /// Several words.
  static func isSentence(_ value: String) -> Bool {
    value.unicodeScalars.count { $0.properties.isAlphabetic } >= 8
      && value.split(whereSeparator: \.isWhitespace).count >= 2
  }

  /// The value without blanks around it and a spreadsheet's `="…"`.
  static func trimmed(_ value: Substring) -> String {
    var scalars = value.unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    let text = String(scalars)
    if text.count >= 3, text.hasPrefix("=\""), text.hasSuffix("\"") {
      return String(text.dropFirst(2).dropLast())
    }
    return text
  }

  private static let countries: Set<String> = [
    "FR", "BE", "LU", "FRA", "BEL", "LUX", "FRANCE", "BELGIQUE", "BELGIUM", "BELGIË", "BELGIE",
    "LUXEMBOURG", "LUXEMBURG", "FRANKRIJK", "DE", "NL", "ES", "IT", "GB", "CH", "MC", "AD",
    "PT", "AT", "PL", "SE", "IE", "DK", "CZ", "NEDERLAND", "ALLEMAGNE", "ESPAGNE", "ITALIE",
    "MONACO", "SUISSE",
  ]
}
