import Carrier
import TestSupport
import Testing

struct TrackingKeyTests {
  @Test(arguments: TypedKey.examples)
  func aKeyIsNumberAndPostcodeAsCustomersTypeThem(example: TypedKey) throws {
    let key = try #require(TrackingKey(example.text))
    let parcel = try #require(
      ParcelNumber(String(example.text.filter { $0 != " " }.prefix(ParcelNumber.length))))
    #expect(key.parcel == parcel)
    #expect(key.postcode == example.postcode)
    #expect(key.country == example.country)
    #expect(key.text == example.key)
    #expect(
      key.publicPage
        == example.key.map {
          "https://colisprive.com/moncolis/pages/DetailColis.aspx?numColis=\($0)&lang=fr"
        })
  }

  @Test(arguments: TypedKey.refused)
  func whatIsNeitherNumberNorKeyIsRefused(text: String) {
    #expect(TrackingKey(text) == nil)
  }

  @Test(
    arguments: [
      ("L-1234", "LU", "L1234"), ("L-1234", nil, "L1234"), ("l 1234", "LU", "L1234"),
      ("1234", "LU", "L1234"), ("LU-1234", nil, "L1234"), ("B-1000", "BE", "B1000"),
      ("b1000", "", "B1000"), ("1000", "Belgique", "B1000"), ("1000", nil, "B1000"),
      ("75012 CEDEX 12", "FR", "75012"), ("75012CEDEX", "France", "75012"),
      ("F-75012", nil, "75012"),
      ("75 012", "FR", "75012"), ("\u{A0}75012", nil, "75012"), ("20090", "FR", "20090"),
      ("01000", "FR", "01000"),
    ] as [(String, String?, String)])
  func aLinkHasThePostcodeInItsCanonicalFormWhateverTheFileWrote(
    postcode: String, country: String?, suffix: String
  ) throws {
    let parcel = try #require(ParcelNumber("991122334455"))
    let key = TrackingKey(parcel: parcel, postcode: postcode, country: country)
    #expect(key.text == "991122334455" + suffix)
  }

  @Test(
    arguments: [
      ("00000", "FR"), ("7501", "FR"), ("750123", "FR"), ("0999", "BE"), ("L-0123", "LU"),
      ("L-12345", "LU"), ("", "FR"), ("ABC", nil), ("10115", "DE"), ("N/A", "FR"),
    ] as [(String, String?)])
  func thereIsNoLinkWithAPostcodeThatCannotExist(postcode: String, country: String?) throws {
    let parcel = try #require(ParcelNumber("991122334455"))
    let key = TrackingKey(parcel: parcel, postcode: postcode, country: country)
    #expect(key.text == nil)
    #expect(key.publicPage == nil)
  }

  @Test
  func numbersOfTheOtherSiteLeadThereWithAndWithoutAPostcode() throws {
    for text in ["HS1234567890", "2R123456789075012"] {
      let key = try #require(TrackingKey(text))
      #expect(key.publicPage == "https://www.colisprive-store.com/")
    }
    #expect(try #require(TrackingKey("SH123456789075012")).publicPage?.contains("moncolis") == true)
  }
}
