import Carrier
import Contract
import Views

extension Pages {
  private static let feedsOfPage = 100

  /// All contracts with their feeds.
  package func contracts(_ request: PageRequest) async throws -> PageAnswer {
    let report = try await desk.contracts()
    let language = request.language
    var notes: [PageContext] = []
    if let refusal = try await desk.status().rules.refusal {
      notes.append([
        "note_tone": .tone(.bad),
        "note": .text(
          language.choose(
            "Tous les contrats ne sont pas en vigueur.", "Not all contracts are in force.")),
        "note_quote": .text(refusal),
      ])
    }
    var query = QueryReader(request.query)
    let start = try query.value("cursor", "place in the list of contracts") { Int($0) }
    let feeds = report.feeds.dropFirst(max(0, start ?? 0))
    let next = feeds.startIndex + Self.feedsOfPage
    var frame = PageFrame(request, .contracts, title: language.word(PageFrame.Section.contracts))
    frame.data = PageLink("api", "v1", "contracts")
    return page(
      .contracts, frame,
      [
        "notes": .list(notes), "has_feeds": .flag(!report.feeds.isEmpty),
        "feeds": .list(
          FeedRows(report: report, request: request).rows(of: feeds.prefix(Self.feedsOfPage))),
        "pager": .part(
          Pager(
            PageLink("contracts"), cursor: start.map(String.init),
            next: next < report.feeds.endIndex ? "\(next)" : nil
          ).context(request)),
      ])
  }

  /// One contract.
  package func contract(_ request: PageRequest) async throws -> PageAnswer {
    let report = try await desk.contracts()
    let id = request.path[1]
    if let found = report[id] {
      let page = ContractView(found, report, request)
      var frame = PageFrame(request, .contracts, title: page.title)
      frame.data = PageLink("api", "v1", "contracts", id)
      return self.page(.contract, frame, page.context)
    }
    // A feed of a contract that is gone, or of one that can't be read now.
    guard report.feeds.contains(where: { $0.contract == id }) else {
      throw NotFound(contract: id, among: report.pages.map(\.contract.id))
    }
    return try await contracts(request)
  }
}
