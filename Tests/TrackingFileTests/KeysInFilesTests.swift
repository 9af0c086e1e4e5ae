import Carrier
import TestSupport
import Testing
import TrackingFile

struct KeysInFilesTests {
  @Test(
    "a file may give the key instead of the number; its postcode is kept apart",
    arguments: TypedKey.examples)
  func inFiles(example: TypedKey) throws {
    let line = Sample.row(parcel: example.text, postcode: "", country: "")
    let reading = Reading(Sample.file([line]))
    let row = try #require(reading.rows.first)
    #expect(row.parcel == TrackingKey(example.text)?.parcel.description)
    #expect(row.postcode == example.postcode)
    #expect(row.country == example.country)
  }

  @Test("a number of twelve characters and five spaces is no key of seventeen")
  func spacesMakeNoKey() {
    let reading = Reading(Sample.file([Sample.row(parcel: "99 11 22 33 44 55")]))
    #expect(reading.rows.map(\.parcel) == ["991122334455"])
  }

  @Test("a file's own postcode goes before the key's")
  func ownPostcode() {
    let line = Sample.row(parcel: "99112233445575012", postcode: "13001", country: "FR")
    #expect(Reading(Sample.file([line])).rows.map(\.postcode) == ["13001"])
  }

  @Test("a row whose parcel is neither number nor key is refused", arguments: TypedKey.refused)
  func refused(text: String) {
    #expect(Reading(Sample.file([Sample.row(parcel: text)])).reasons == [.parcelMalformed])
  }
}
