import Carrier
import Contract
import HTTPTypes
import ParcelStore
import Status
import Views

/// What programs ask: the values of the commands, in their forms.
struct API: Sendable {
  let desk: any Desk
  /// Seconds since 1970.
  let now: @Sendable () -> Int64

  /// How many entries a list has at most, and when nothing is said.
  static let (most, usual) = (1_000, 100)

  // MARK: Parcels

  func parcels(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    let question = try ParcelsQuestion(&query, now: now())
    let limit = try query.number("limit", 1...Self.most) ?? Self.usual
    let cursor = try query.value("cursor", "cursor of a parcel") { ParcelCursor($0) }
    let isCount = try query.flag("count")
    let mostCounted = try query.number("count-most", 1...Int.max)
    try query.finish()
    let store = try desk.store
    var filter = try question.filter(now: now(), pickupDays: desk.deadline.days)
    if let contract = filter.contract {
      try await ContractSlip.refuse(contract, .parameters, store) {
        try await desk.contracts().pages.map(\.contract.id)
      }
    }
    if isCount {
      let count = try await store.parcelCount(filter, most: mostCounted ?? .max)
      return form.answer(
        .object([("count", JSON(count))]), csv: { Array("count\r\n\(count)\r\n".utf8) },
        otherwise: { "\(count)\n" })
    }
    filter.after = cursor
    // One more says whether there is a next page.
    filter.limit = limit + 1
    let found = try await store.parcels(filter)
    let shown = Array(found.prefix(limit))
    var answer = form.answer(ParcelList(shown))
    if found.count > limit, let last = shown.last {
      answer.link(next: ("cursor", last.cursor.description), asked)
    }
    return answer
  }

  func parcel(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query, kinds: [.json, .text])
    let question = try ParcelQuestion(asked, &query)
    try query.finish()
    let page = try await question.page(in: try desk.store, deadline: desk.deadline)
    return form.answer(page.json) { page.text }
  }

  func explain(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query, kinds: [.json, .text])
    let question = try ParcelQuestion(asked, &query)
    try query.finish()
    let found = try await question.find(in: try desk.store)
    let explanation = try await desk.explanation(of: found)
    return form.answer(explanation.json) { explanation.text }
  }

  // MARK: Contracts

  func contracts(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    try query.finish()
    return form.answer(try await desk.contracts())
  }

  func contract(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query, kinds: [.json, .text])
    try query.finish()
    let report = try await desk.contracts()
    let id = asked.path.last ?? ""
    guard let page = report[id] else {
      throw NotFound(contract: id, among: report.pages.map(\.contract.id))
    }
    return form.answer(page.json) { page.text }
  }

  // MARK: The daemon

  func status(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    try query.finish()
    let status = try await desk.status()
    return form.answer(
      status.json, csv: { CSVText.bytes(flattening: status.json) }, otherwise: { status.text })
  }

  func unmapped(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    try query.finish()
    return form.answer(UnmappedList(try await desk.store.unmapped()))
  }
}
