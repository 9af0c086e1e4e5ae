import Carrier
import Contract
import ParcelStore
import Status
import Views

extension Pages {
  /// The search, and lists of parcels.
  package func parcels(_ request: PageRequest) async throws -> PageAnswer {
    if let text = request["q"] { return try await search(text, request) }
    var page = ParcelsPage(request)
    do {
      var query = QueryReader(request.query)
      let question = try ParcelsQuestion(&query, now: request.now)
      var filter = try question.filter(now: request.now, pickupDays: desk.deadline.days)
      let cursor = try query.value("cursor", "cursor of a parcel") { ParcelCursor($0) }
      filter.after = cursor
      filter.limit = ParcelsPage.rowsOfPage + 1
      if let contract = filter.contract {
        try await ContractSlip.refuse(contract, .parameters, desk.store) {
          try await desk.contracts().pages.map(\.contract.id)
        }
      }
      page.found = try await desk.store.parcels(filter)
      page.cursor = cursor?.description
    } catch let fault as QuestionFault {
      page.fault = Problem(fault)
    } catch let problem as Problem where problem.status == 400 {
      page.fault = problem
    }
    page.contracts = try await desk.contracts().feeds.map(\.contract)
    return show(page)
  }

  private func show(_ list: ParcelsPage) -> PageAnswer {
    var frame = PageFrame(list.request, .parcels, title: list.heading)
    frame.searched = list.searched
    // What was searched in vain is no list, and without filters it would be that of all parcels.
    frame.data = list.searched == nil ? list.data(nil) : nil
    return page(.parcels, frame, list.context, status: list.fault == nil ? 200 : 400)
  }

  /// Leads to the parcel of a number, or to the list of an order or a postcode.
  private func search(_ text: String, _ request: PageRequest) async throws -> PageAnswer {
    let language = request.language
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    let store = try desk.store
    if let asked = try? AskedNumber.readOne(words) {
      for number in asked.forms {
        guard try await !store.timelines(of: number, accountID: nil).isEmpty else { continue }
        // With the postcode, so that the page can say whether it is that of the parcel.
        let typed = asked.key?.postcode == nil ? number.description : words.joined()
        return PageAnswer(to: request.url("parcels", typed), language: language)
      }
    }
    // An order may have two blanks in it, or one that was typed twice.
    let order = words.joined(separator: " ")
    var filter = ParcelFilter(limit: 1)
    for order in [text.withoutBlanksAround, order] {
      filter.order = order
      guard try await !store.parcels(filter).isEmpty else { continue }
      return PageAnswer(to: request.url("parcels", query: [("order", order)]), language: language)
    }
    let code = words.joined()
    if Postcode(code, country: nil) != nil {
      filter.order = nil
      filter.postcode = code
      if try await !store.parcels(filter).isEmpty {
        return PageAnswer(
          to: request.url("parcels", query: [("postcode", code)]), language: language)
      }
    }
    // Held and rejected rows may have a number that no event has.
    if let key = TrackingKey(code) {
      return PageAnswer(to: request.url("parcels", key.parcel.description), language: language)
    }
    var page = ParcelsPage(request)
    page.searched = order
    return show(page)
  }
}
