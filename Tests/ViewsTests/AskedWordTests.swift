import Carrier
import ParcelStore
import Testing
import Views

/// What people type is read alike wherever it is typed.
@Suite struct AskedWordTests {
  @Test(arguments: [
    ("75 012", "75012"), (" 75012 ", "75012"), ("L - 1234", "L-1234"),
    ("75012 CEDEX 12", "75012 CEDEX 12"), (" 1012 AB ", "1012 AB"),
  ])
  func aPostcodeHasNoBlanks(_ text: String, _ code: String) throws {
    var question = ParcelsQuestion(names: .parameters)
    question.postcode = text
    #expect(try question.filter(now: 0, pickupDays: 8).postcode == code)
  }

  @Test func blanksAroundAreNotAskedForAndThoseInAnOrderAre() throws {
    var question = ParcelsQuestion(names: .parameters)
    question.order = " CMD  1042 "
    question.accountID = "\tEM180619"
    question.site = "75A "
    let filter = try question.filter(now: 0, pickupDays: 8)
    #expect(filter.order == "CMD  1042" && filter.accountID == "EM180619" && filter.site == "75A")
  }

  @Test(arguments: [
    "991122334455 F-75012", "991122334455 FR75012", "991-122-334-455 75012",
    "991.122.334.455/75012",
  ])
  func aNumberMayHaveMarksAndACountry(_ text: String) throws {
    let asked = try AskedNumber.readOne(text.split(separator: " ").map(String.init))
    #expect(asked.parcel.description == "991122334455")
    #expect(asked.key?.postcode == "75012")
  }

  @Test func twoNumbersStayTwo() throws {
    let found = try AskedNumber.read(["991122334455", "B1000XYZ1234"])
    #expect(found.map(\.parcel.description) == ["991122334455", "B1000XYZ1234"])
  }
}
