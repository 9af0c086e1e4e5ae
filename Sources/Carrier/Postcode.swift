/// A recipient's postcode in one of the countries in which Colis Privé delivers, as its tracking keys have it.
///
/// Files and people write it in many ways; what they wrote is kept, and this is what goes into a link.
///
/// ```swift
/// Postcode("L-1234", country: nil)?.keySuffix            // "L1234"
/// Postcode("75012 CEDEX 12", country: "FR")?.keySuffix   // "75012"
/// Postcode("1000", country: "BE")?.keySuffix             // "B1000"
/// Postcode("00000", country: "FR")                       // nil
/// ```
public struct Postcode: Hashable, Sendable {
  /// Five of France, four of Belgium and Luxembourg.
  public let digits: String
  package let country: TrackingKey.Country

  /// - Parameter country: a code or a name, such as `FR`; nil: the postcode tells. Four digits alone are
  ///   Belgian.
  /// - Returns: nil when there is no such postcode in these countries.
  public init?(_ text: String, country name: String?) {
    // Nearly all of them, in each row of each file: what a scalar is like takes long to find out.
    let written =
      text.utf8.allSatisfy(\.isASCIIDigit)
      ? text
      : text.unicodeScalars.filter { !$0.properties.isWhitespace }
        .map { $0.properties.uppercaseMapping }.joined()
    let letters = written.prefix { $0.isASCII && $0.isLetter }
    let rest = written.dropFirst(letters.count).drop { $0 == "-" }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let named = name.flatMap { $0.isEmpty ? nil : $0 }
    let country: TrackingKey.Country?
    if !letters.isEmpty {
      country = TrackingKey.Country(name: String(letters))
    } else if let named {
      country = TrackingKey.Country(name: named)
    } else {
      country = digits.count == 5 ? .france : .belgium
    }
    guard let country, Self.exists(digits.utf8, in: country) else { return nil }
    self.digits = String(digits)
    self.country = country
  }

  /// What a tracking key has after the parcel number.
  public var keySuffix: String { country.prefix + digits }

  /// Whether a country is named in which Colis Privé does not deliver, as far as is known.
  public static func isForeign(_ country: String) -> Bool {
    !country.isEmpty && TrackingKey.Country(name: country) == nil
  }

  /// Whether a country may have a postcode. French ones begin with the number of a department.
  @usableFromInline
  static func exists(_ digits: some Collection<UInt8>, in country: TrackingKey.Country) -> Bool {
    guard digits.allSatisfy(\.isASCIIDigit), let first = digits.first else { return false }
    let zero = UInt8(ascii: "0")
    switch country {
    case .france:
      return digits.count == 5 && (first != zero || digits.dropFirst().first != zero)
    case .belgium, .luxembourg: return digits.count == 4 && first != zero
    }
  }
}
