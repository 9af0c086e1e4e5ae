import Testing
import TrackingFile

struct TrackingKeyTests {
  struct Example: Sendable {
    var text: String
    var postcode: String?
    var country: String?
    var key: String?
  }

  static let examples = [
    Example(text: "991122334455"),
    Example(text: "991 122 334 455"),
    Example(
      text: "99112233445575012", postcode: "75012", country: "FR", key: "99112233445575012"),
    Example(
      text: "991 122 334 455 75012", postcode: "75012", country: "FR", key: "99112233445575012"),
    Example(
      text: "AB1234567890B1000", postcode: "1000", country: "BE", key: "AB1234567890B1000"),
    Example(
      text: "ab1234567890b1000", postcode: "1000", country: "BE", key: "AB1234567890B1000"),
    Example(
      text: "AB1234567890L4321", postcode: "4321", country: "LU", key: "AB1234567890L4321"),
    Example(
      text: "ab12 3456 7890 l4321", postcode: "4321", country: "LU", key: "AB1234567890L4321"),
    Example(
      text: "AB12345678901000", postcode: "1000", country: "BE", key: "AB1234567890B1000"),
    Example(text: "99112233445500000"),
    Example(text: "AB1234567890B0000"),
  ]

  @Test("a key is number and postcode as customers type them", arguments: examples)
  func typed(example: Example) throws {
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

  @Test(
    "a file may give the key instead of the number; its postcode is kept apart",
    arguments: examples)
  func inFiles(example: Example) throws {
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

  @Test(
    "what is neither number nor key is refused",
    arguments: [
      "991122334455750", "991122334455750A", "991122334455750123", "991122334455C1000",
      "991122334455B100A",
      "AB1234567890B10000", "-", "N/A",
    ])
  func refused(text: String) {
    #expect(TrackingKey(text) == nil)
    #expect(Reading(Sample.file([Sample.row(parcel: text)])).reasons == [.parcelMalformed])
  }

  @Test(
    "a link has the postcode in its canonical form, whatever the file wrote",
    arguments: [
      ("L-1234", "LU", "L1234"), ("L-1234", nil, "L1234"), ("l 1234", "LU", "L1234"),
      ("1234", "LU", "L1234"), ("LU-1234", nil, "L1234"), ("B-1000", "BE", "B1000"),
      ("b1000", "", "B1000"), ("1000", "Belgique", "B1000"), ("1000", nil, "B1000"),
      ("75012 CEDEX 12", "FR", "75012"), ("75012CEDEX", "France", "75012"),
      ("F-75012", nil, "75012"),
      ("75 012", "FR", "75012"), ("\u{A0}75012", nil, "75012"), ("20090", "FR", "20090"),
      ("01000", "FR", "01000"),
    ] as [(String, String?, String)])
  func canonical(postcode: String, country: String?, suffix: String) throws {
    let parcel = try #require(ParcelNumber("991122334455"))
    let key = TrackingKey(parcel: parcel, postcode: postcode, country: country)
    #expect(key.text == "991122334455" + suffix)
  }

  @Test(
    "there is no link with a postcode that cannot exist",
    arguments: [
      ("00000", "FR"), ("7501", "FR"), ("750123", "FR"), ("0999", "BE"), ("L-0123", "LU"),
      ("L-12345", "LU"), ("", "FR"), ("ABC", nil), ("10115", "DE"), ("N/A", "FR"),
    ] as [(String, String?)])
  func impossible(postcode: String, country: String?) throws {
    let parcel = try #require(ParcelNumber("991122334455"))
    let key = TrackingKey(parcel: parcel, postcode: postcode, country: country)
    #expect(key.text == nil)
    #expect(key.publicPage == nil)
  }

  @Test("numbers of the other site lead there, with and without a postcode")
  func otherSite() throws {
    for text in ["HS1234567890", "2R123456789075012"] {
      let key = try #require(TrackingKey(text))
      #expect(key.publicPage == "https://www.colisprive-store.com/")
    }
    #expect(try #require(TrackingKey("SH123456789075012")).publicPage?.contains("moncolis") == true)
  }
}
