/// What customers type: a parcel number, alone or followed by the recipient's postcode.
///
/// France writes five digits, Belgium `B` and four, Luxembourg `L` and four
/// (`99112233445575012`, `AB1234567890B1000`). Belgian keys also come without the `B`.
public struct TrackingKey: Hashable, Sendable {
  public let parcel: ParcelNumber
  /// The postcode as the address has it (`75012`, `1000`); nil when only the number was given.
  public let postcode: String?
  /// `FR`, `BE` or `LU`; nil when only the number was given.
  public let country: String?

  /// How many characters the postcode adds to the number, in all three countries.
  @inlinable package static var postcodeLength: Int { 5 }

  /// Reads a number or a key with or without spaces, in either letter case.
  public init?(_ text: some StringProtocol) {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
    let read = bytes.withUnsafeBytes { raw -> (ParcelNumber, Suffix?)? in
      guard let base = raw.baseAddress else { return nil }
      return Self.split(base, raw.count)
    }
    guard let (parcel, suffix) = read else { return nil }
    self.parcel = parcel
    guard let suffix else {
      postcode = nil
      country = nil
      return
    }
    postcode = String(decoding: bytes[suffix.start..<bytes.count], as: UTF8.self)
    country = suffix.country.name
  }

  public init(parcel: ParcelNumber, postcode: String?, country: String?) {
    self.parcel = parcel
    self.postcode = postcode
    self.country = country
  }

  /// The key as the carrier's public page takes it; nil without a postcode that can exist, and for a number
  /// that is not the carrier's.
  public var text: String? {
    guard parcel.isColisPrive, let postcode, let canonical = Postcode(postcode, country: country)
    else { return nil }
    return "\(parcel)\(canonical.keySuffix)"
  }

  /// Where the carrier shows the parcel: its public page, which wants a postcode (nil without one), or for
  /// numbers that begin with `HS` or `2R` its other site, which asks for the number itself.
  public var publicPage: String? {
    if parcel.isColisPrive, parcel.isOfOtherSite { return "https://www.colisprive-store.com/" }
    return text.map {
      "https://colisprive.com/moncolis/pages/DetailColis.aspx?numColis=\($0)&lang=fr"
    }
  }

  /// The countries in which Colis Privé delivers.
  @usableFromInline
  package enum Country: UInt8, CaseIterable, Sendable {
    case france, belgium, luxembourg

    package init?(name: String?) {
      // Most files write the code.
      if let country = Self.allCases.first(where: { $0.name == name }) {
        self = country
        return
      }
      switch name?.uppercased() {
      case "FR", "F", "FRA", "FRANCE": self = .france
      case "BE", "B", "BEL", "BELGIQUE", "BELGIE", "BELGIË", "BELGIUM": self = .belgium
      case "LU", "L", "LUX", "LUXEMBOURG": self = .luxembourg
      default: return nil
      }
    }

    /// The code of ISO 3166: `FR`.
    package var name: String {
      switch self {
      case .france: "FR"
      case .belgium: "BE"
      case .luxembourg: "LU"
      }
    }

    /// The letter before the postcode in a key.
    var prefix: String {
      switch self {
      case .france: ""
      case .belgium: "B"
      case .luxembourg: "L"
      }
    }
  }

  /// Where the postcode's digits begin, and the country that the key names.
  @usableFromInline
  package struct Suffix {
    @usableFromInline package var start: Int
    @usableFromInline package var country: Country

    @inlinable
    init(start: Int, country: Country) {
      self.start = start
      self.country = country
    }
  }

  /// Splits `count` bytes into number and postcode, also with the dash of `B-1000`; nil when they are neither a number nor a key. A
  /// postcode that cannot exist is left out.
  @inlinable
  package static func split(_ bytes: UnsafeRawPointer, _ count: Int) -> (ParcelNumber, Suffix?)? {
    let length = ParcelNumber.length
    guard count == length || (length + 4...length + postcodeLength + 1).contains(count),
      let parcel = ParcelNumber(ascii: bytes)
    else { return nil }
    guard count > length else { return (parcel, nil) }
    let rest = UnsafeRawBufferPointer(start: bytes + length, count: count - length)
    let found =
      switch count - length {
      case postcodeLength: suffix(rest)
      case 4: belgianSuffix(rest)
      default: dashedSuffix(rest)
      }
    guard let suffix = found else { return nil }
    guard Postcode.exists(rest.dropFirst(suffix.start), in: suffix.country) else {
      return (parcel, nil)
    }
    return (parcel, Suffix(start: length + suffix.start, country: suffix.country))
  }

  /// Reads four digits, which are Belgian ones without their `B`.
  @inlinable
  static func belgianSuffix(_ bytes: UnsafeRawBufferPointer) -> Suffix? {
    bytes.allSatisfy(\.isASCIIDigit) ? Suffix(start: 0, country: .belgium) : nil
  }

  /// Reads `B-1000` or `L-1234`.
  @inlinable
  static func dashedSuffix(_ bytes: UnsafeRawBufferPointer) -> Suffix? {
    guard bytes[1] == UInt8(ascii: "-"), bytes.dropFirst(2).allSatisfy(\.isASCIIDigit) else {
      return nil
    }
    switch bytes[0] | 0x20 {
    case UInt8(ascii: "b"): return Suffix(start: 2, country: .belgium)
    case UInt8(ascii: "l"): return Suffix(start: 2, country: .luxembourg)
    default: return nil
    }
  }

  /// Reads the five characters that a key has after the number; `start` counts from the first.
  @inlinable
  package static func suffix(_ bytes: UnsafeRawBufferPointer) -> Suffix? {
    guard bytes.count == postcodeLength, bytes.dropFirst().allSatisfy(\.isASCIIDigit) else {
      return nil
    }
    switch bytes[0] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return Suffix(start: 0, country: .france)
    case UInt8(ascii: "B"), UInt8(ascii: "b"): return Suffix(start: 1, country: .belgium)
    case UInt8(ascii: "L"), UInt8(ascii: "l"): return Suffix(start: 1, country: .luxembourg)
    default: return nil
    }
  }
}
