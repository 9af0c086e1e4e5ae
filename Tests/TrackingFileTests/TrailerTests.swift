import Testing
import TrackingFile

struct TrailerTests {
  private let layout: Layout
  init() throws { layout = try Sample.layout(trailer: "FIN") }

  private func reading(_ lines: [String]) -> Reading { Reading(Sample.file(lines), layout) }

  @Test(arguments: [
    "FIN;2", "FIN; 2 ", "FIN;2;;;", "FIN;2\r", "FIN;0002",
  ])
  func aTrailerWithTheRightCountClosesAFileAndIsNoRow(trailer: String) {
    let reading = reading([Sample.row(), Sample.row(), trailer])
    #expect(reading.failure == nil)
    #expect(reading.malformed.isEmpty)
    #expect(reading.rows.count == 2)
  }

  @Test
  func itsLineFeedIsOptionalAndBlankLinesMayFollow() {
    let text = Sample.file([Sample.row()]) + "FIN;1"
    #expect(Reading(text, layout).failure == nil)
    #expect(Reading(text + "\r\n\n \n", layout).failure == nil)
  }

  @Test
  func withoutATrailerAFileIsNotCompleteYetItsRowsAreRead() {
    let reading = reading([Sample.row(), Sample.row()])
    #expect(reading.failure == .incomplete("it has no closing line FIN"))
    #expect(reading.failure?.mayHeal == true)
    #expect(reading.rows.count == 2)
    #expect(Reading("", layout).failure?.mayHeal == true)
  }

  @Test
  func anotherCountIsAMismatchThatNamesBoth() {
    let reading = reading([Sample.row(), Sample.row(), "FIN;3"])
    #expect(reading.failure == .trailerMismatch(declared: 3, read: 2))
    #expect(reading.failure?.mayHeal == false)
    #expect(reading.failure?.description.contains("declares 3 lines, but 2 were read") == true)
  }

  @Test
  func malformedLinesCountAsRowsBlankOnesDoNot() {
    let lines = [Sample.row(), "", "x;y", Sample.row(label: "\"a\nb\""), "FIN;3"]
    #expect(reading(lines).failure == nil)
  }

  @Test(arguments: ["FIN", "FIN;", "FIN;;;", "FIN "])
  func aTrailerWithoutACountClosesAFileAsWell(trailer: String) {
    let reading = reading([Sample.row(), Sample.row(), trailer])
    #expect(reading.failure == nil)
    #expect(reading.rows.count == 2 && reading.malformed.isEmpty)
  }

  @Test(arguments: ["FIN;deux", "FIN;;2"])
  func aCountThatIsNoNumberIsReported(trailer: String) {
    guard case .notATrackingFile(let reason)? = reading([Sample.row(), trailer]).failure else {
      Issue.record("\(trailer) was accepted")
      return
    }
    #expect(reason.contains("FIN"))
  }

  @Test
  func withRowsAfterItItWasNotTheEnd() {
    let reading = reading([Sample.row(), "FIN;1", Sample.row()])
    #expect(reading.failure?.mayHeal == true)
    #expect(reading.rows.map(\.line) == [2, 4])
    #expect(self.reading([Sample.row(), "FIN;1", Sample.row(), "FIN;2"]).failure == nil)
  }

  @Test
  func aRowThatOnlyBeginsLikeTheTrailerIsARow() {
    let reading = reading([Sample.row(account: "FINAL"), "FIN;1"])
    #expect(reading.failure == nil)
    #expect(reading.rows.map(\.account) == ["FINAL / EM180619"])
  }

  @Test
  func withoutATrailerInTheLayoutSuchALineIsMalformed() {
    #expect(Reading(Sample.file([Sample.row(), "FIN;1"])).reasons == [.fieldCount])
  }
}
