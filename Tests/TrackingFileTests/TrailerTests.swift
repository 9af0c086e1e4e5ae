import Testing
import TrackingFile

struct TrailerTests {
  private let layout: Layout
  init() throws { layout = try Sample.layout(trailer: "FIN") }

  private func reading(_ lines: [String]) -> Reading { Reading(Sample.file(lines), layout) }

  @Test(
    "a trailer with the right count closes a file and is no row",
    arguments: [
      "FIN;2", "FIN; 2 ", "FIN;2;;;", "FIN;2\r", "FIN;0002",
    ])
  func present(trailer: String) {
    let reading = reading([Sample.row(), Sample.row(), trailer])
    #expect(reading.failure == nil)
    #expect(reading.malformed.isEmpty)
    #expect(reading.rows.count == 2)
  }

  @Test("its line feed is optional, and blank lines may follow")
  func end() {
    let text = Sample.file([Sample.row()]) + "FIN;1"
    #expect(Reading(text, layout).failure == nil)
    #expect(Reading(text + "\r\n\n \n", layout).failure == nil)
  }

  @Test("without a trailer a file is not complete yet; its rows are read")
  func missing() {
    let reading = reading([Sample.row(), Sample.row()])
    #expect(reading.failure == .incomplete("it has no closing line FIN"))
    #expect(reading.failure?.mayHeal == true)
    #expect(reading.rows.count == 2)
    #expect(Reading("", layout).failure?.mayHeal == true)
  }

  @Test("another count is a mismatch that names both")
  func mismatch() {
    let reading = reading([Sample.row(), Sample.row(), "FIN;3"])
    #expect(reading.failure == .trailerMismatch(declared: 3, read: 2))
    #expect(reading.failure?.mayHeal == false)
    #expect(reading.failure?.description.contains("declares 3 lines, but 2 were read") == true)
  }

  @Test("malformed lines count as rows, blank ones do not")
  func whatCounts() {
    let lines = [Sample.row(), "", "x;y", Sample.row(label: "\"a\nb\""), "FIN;3"]
    #expect(reading(lines).failure == nil)
  }

  @Test("a trailer without a count is told", arguments: ["FIN", "FIN;", "FIN;deux"])
  func noCount(trailer: String) {
    guard case .notATrackingFile(let reason)? = reading([Sample.row(), trailer]).failure else {
      Issue.record("\(trailer) was accepted")
      return
    }
    #expect(reason.contains("FIN"))
  }

  @Test("with rows behind it, it was not the end")
  func rowsAfter() {
    let reading = reading([Sample.row(), "FIN;1", Sample.row()])
    #expect(reading.failure?.mayHeal == true)
    #expect(reading.rows.map(\.line) == [2, 4])
    #expect(self.reading([Sample.row(), "FIN;1", Sample.row(), "FIN;2"]).failure == nil)
  }

  @Test("a row that only begins like the trailer is a row")
  func similarRow() {
    let reading = reading([Sample.row(account: "FINAL"), "FIN;1"])
    #expect(reading.failure == nil)
    #expect(reading.rows.map(\.account) == ["FINAL / EM180619"])
  }

  @Test("without a trailer in the layout such a line is malformed")
  func notInLayout() {
    #expect(Reading(Sample.file([Sample.row(), "FIN;1"])).reasons == [.fieldCount])
  }
}
