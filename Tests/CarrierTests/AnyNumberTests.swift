import Carrier
import Testing

/// Parcel numbers of other forms than the carrier's.
struct AnyNumberTests {
  @Test(arguments: [
    "1", "0", "00", "A", "12345678901", "05300000000011", "000000000000000000000000000",
    "9999999999999999999999999999", "99999999999999999999999999999", "1Z999AA10123456784",
    "ZZZZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZZZZZ", "0ZZZZZZZZZZZZ", "LX123456789FR",
    "12345678901234567890123456789012345", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678",
    "991122334455", "99112233445575012", "0000000000000", "00000000000000",
  ])
  func aNumberOfAnyLengthComesOutAsItWentIn(text: String) throws {
    let number = try #require(ParcelNumber(any: text))
    #expect(number.description == text)
    #expect(ParcelNumber(any: text.lowercased()) == number)
    #expect(number.isColisPrive == (text.utf8.count == ParcelNumber.length))
  }

  @Test
  func differentTextsAreDifferentNumbers() throws {
    let texts =
      (1...35).flatMap { count in
        ["0", "1", "9", "A", "Z"].map { String(repeating: $0, count: count) }
      } + (0..<500).map { "A\(String(repeating: "7", count: 12))\($0)" }
      + (0..<500).map { "5\(String(repeating: "7", count: 20))\(1_000 + $0)" }
    let numbers = try texts.map { try #require(ParcelNumber(any: $0)) }
    #expect(Set(numbers).count == Set(texts).count)
    #expect(numbers.map(\.description) == texts)
  }

  @Test(arguments: [
    "", " ", "A-1", "é1", "12345.678", "123456789012345678901234567890123456", "1\u{0}2",
  ])
  func whatHasOtherCharactersOrIsTooLongIsNone(text: String) {
    #expect(ParcelNumber(any: text) == nil)
  }

  @Test
  func aNumberOfTheCarriersFormIsTheSameEitherWay() throws {
    #expect(ParcelNumber(any: "991 122 334 455") == ParcelNumber("991122334455"))
    #expect(ParcelNumber("05300000000011") == nil)
  }

  @Test
  func onlyTheCarriersNumbersHaveAPageOfTheCarrier() throws {
    let other = try #require(ParcelNumber(any: "05300000000011"))
    let key = TrackingKey(parcel: other, postcode: "75012", country: "FR")
    #expect(key.text == nil && key.publicPage == nil)
    let short = try #require(ParcelNumber(any: "HS1"))
    #expect(TrackingKey(parcel: short, postcode: "75012", country: "FR").publicPage == nil)
  }

  @Test(arguments: [
    ("AB1234567890B-1000", "1000", "BE"), ("ab1234567890b-1000", "1000", "BE"),
    ("991122334455L-1234", "1234", "LU"), ("AB12345678901000", "1000", "BE"),
  ])
  func aKeyMayHaveThePostcodeInEachForm(text: String, postcode: String, country: String) throws {
    let key = try #require(TrackingKey(text))
    #expect(key.postcode == postcode && key.country == country)
  }

  @Test(arguments: [
    "991122334455F-1234", "991122334455L1-234", "991122334455L-123", "991122334455--1234",
  ])
  func andNoOther(text: String) {
    #expect(TrackingKey(text) == nil)
  }
}
