import Carrier
import TestSupport
import Testing
import TrackingFile

struct KeysInFilesTests {
  @Test(arguments: TypedKey.examples)
  func aFileMayGiveTheKeyInsteadOfTheNumberItsPostcodeIsKeptApart(example: TypedKey) throws {
    let line = Sample.row(parcel: example.text, postcode: "", country: "")
    let reading = Reading(Sample.file([line]))
    let row = try #require(reading.rows.first)
    #expect(row.parcel == TrackingKey(example.text)?.parcel.description)
    #expect(row.postcode == example.postcode)
    #expect(row.country == example.country)
  }

  @Test
  func aNumberOfTwelveCharactersAndFiveSpacesIsNoKeyOfSeventeen() {
    let reading = Reading(Sample.file([Sample.row(parcel: "99 11 22 33 44 55")]))
    #expect(reading.rows.map(\.parcel) == ["991122334455"])
  }

  @Test
  func aFilesOwnPostcodeGoesBeforeTheKeys() {
    let line = Sample.row(parcel: "99112233445575012", postcode: "13001", country: "FR")
    #expect(Reading(Sample.file([line])).rows.map(\.postcode) == ["13001"])
  }

  @Test(arguments: TypedKey.refused)
  func aRowWhoseParcelIsNeitherNumberNorKeyIsRefused(text: String) {
    #expect(Reading(Sample.file([Sample.row(parcel: text)])).reasons == [.parcelMalformed])
  }
}
