import ParcelStore
import Views

extension Pages {
  /// A parcel with its timeline.
  package func parcel(_ request: PageRequest) async throws -> PageAnswer {
    let question = try Self.question(request)
    let store = try desk.store
    let found = try await question.page(in: store, deadline: desk.deadline)
    let page = TimelinePage(found, request)
    var frame = PageFrame(request, .parcels, title: page.number)
    frame.data = PageLink(
      path: ["api", "v1", "parcels", request.path[1]], query: [("account-id", question.accountID)])
    return self.page(.parcel, frame, page.context)
  }

  /// Why each of its events says what it says.
  package func explain(_ request: PageRequest) async throws -> PageAnswer {
    let question = try Self.question(request)
    let found = try await question.find(in: try desk.store)
    let page = ExplanationPage(try await desk.explanation(of: found), request)
    var frame = PageFrame(
      request, .parcels,
      title: request.language.choose("Pourquoi ce statut ?", "Why this status?"))
    frame.data = PageLink(
      path: ["api", "v1", "parcels", request.path[1], "explain"],
      query: [("account-id", question.accountID)])
    return self.page(.explain, frame, page.context)
  }

  /// A number that is none is not found: whoever typed it into the address wants to know what to do.
  private static func question(_ request: PageRequest) throws -> ParcelQuestion {
    do {
      let words = request.path[1].split(whereSeparator: \.isWhitespace).map(String.init)
      guard !words.isEmpty else { throw NotFound("no parcel number is given") }
      return ParcelQuestion(try AskedNumber.readOne(words), accountID: request["account-id"])
    } catch let fault as QuestionFault {
      throw NotFound(fault.description, .number(text: request.path[1]))
    }
  }
}
