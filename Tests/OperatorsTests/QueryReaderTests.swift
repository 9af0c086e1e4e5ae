import Operators
import Testing

@Suite struct QueryReaderTests {
  @Test func anEmptyValueIsAsIfItWereNotGiven() throws {
    let query = ["limit", "open", "order", "order", "status"].map { (name: $0, value: "") }
    var reader = QueryReader(query + [(name: "order", value: "A 1")])
    let limit = try reader.number("limit", 1...10)
    let isOpen = try reader.flag("open")
    let order = try reader.text("order")
    let statuses = reader.texts("status")
    #expect(limit == nil && !isOpen && order == "A 1" && statuses.isEmpty)
    try reader.finish()
  }

  @Test func aNameAloneIsAYes() throws {
    var reader = QueryReader([(name: "open", value: "")], flags: ["open"])
    let isOpen = try reader.flag("open")
    let isCount = try reader.flag("count")
    #expect(isOpen && !isCount)
  }

  @Test func whatIsGivenTwiceOrNotKnownIsRefused() {
    var reader = QueryReader([(name: "order", value: "1"), (name: "order", value: "2")])
    #expect(throws: Problem.self) { try reader.text("order") }
    let empty = QueryReader([(name: "colour", value: "")])
    #expect(throws: Problem.self) { try empty.finish() }
  }
}
