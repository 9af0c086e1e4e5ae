import Carrier
import ParcelStore
import Views

extension API {
  func files(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    let states = FileState.allCases.map(\.rawValue)
    let state = try query.value("state", "state: there are \(states.joined(separator: ", "))") {
      FileState(rawValue: $0)
    }
    let source = try query.text("source")
    let limit = try query.number("limit", 1...Self.most)
    let start = try query.value("cursor", "cursor of a file") {
      Int64($0).flatMap { $0 >= 0 ? $0 : nil }
    }
    try query.finish()
    let store = try desk.store
    if let source { try await SourceNames(store).expect(source) }
    var files = try await store.files(state: state)
    if let source { files = files.filter { $0.source == source } }
    // They come by their numbers, so that those which are of another state by now move no others.
    let rest = files.drop { $0.id.rawValue <= start ?? -1 }
    // Without a limit all are listed, as by the command.
    let shown = rest.prefix(limit ?? .max)
    var answer = form.answer(LedgerList(Array(shown)))
    if shown.count < rest.count, let last = shown.last {
      answer.link(next: ("cursor", String(last.id.rawValue)), asked)
    }
    return answer
  }

  func rejects(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    let (file, source) = (try query.text("file"), try query.text("source"))
    let limit = try query.number("limit", 1...Self.most) ?? Self.usual
    let cursor = try query.value("cursor", "cursor of a line") { RejectCursor($0) }
    try query.finish()
    let store = try desk.store
    if let source { try await SourceNames(store).expect(source) }
    let page = try await RejectPage.read(
      store, file: file, source: source, after: cursor, limit: limit)
    let hasSources = try await store.sources().count > 1
    var answer = form.answer(RejectList(page.lines, hasSources: hasSources))
    if let next = page.next { answer.link(next: ("cursor", next.description), asked) }
    return answer
  }

  func held(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    let (hasRows, isSkipped) = (try query.flag("rows"), try query.flag("skipped"))
    let accountID = try query.text("account-id")
    let limit = try query.number("limit", 1...Self.most)
    let cursor = try query.value("cursor", "cursor of a row") { HeldPlace($0) }
    try query.finish()
    if hasRows, isSkipped {
      throw QuestionFault("rows and skipped are two lists: ask for one of them")
    }
    guard hasRows else {
      if limit != nil || accountID != nil || cursor != nil {
        throw QuestionFault("limit, cursor and account-id are for the list of rows: add rows=1")
      }
      if isSkipped { return form.answer(SkippedList(try await desk.store.skipped())) }
      return form.answer(try await desk.held())
    }
    let page = try await HeldPage.read(
      desk.store, accountID: accountID, after: cursor, limit: limit ?? Self.usual)
    var answer = form.answer(HeldRowList(page.rows))
    if let next = page.next { answer.link(next: ("cursor", next.description), asked) }
    return answer
  }

  func webhooks(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    try query.finish()
    return form.answer(WebhookList(try await desk.webhooks()))
  }

  /// Of the endpoint that the path names, `webhooks/shop/parked`, or of all: `webhooks/parked`.
  func parked(_ asked: Asked) async throws -> Answer {
    var query = QueryReader(asked)
    let form = try Form(asked, &query)
    let limit = try query.number("limit", 1...Self.most) ?? Self.usual
    let cursor = try query.value("cursor", "cursor of a parked entry") { ParkedPlace($0) }
    try query.finish()
    let endpoint = asked.path.count > 4 ? asked.path[3] : nil
    if let endpoint {
      let known = try await desk.webhooks().map(\.name)
      guard known.contains(endpoint) else { throw NotFound(endpoint: endpoint, among: known) }
    }
    let page = try await ParkedPage.read(
      desk.store, endpoint: endpoint, after: cursor, limit: limit)
    var answer = form.answer(ParkedList(page.deliveries))
    if let next = page.next { answer.link(next: ("cursor", next.description), asked) }
    return answer
  }
}
