/// The first page, which stands open on many desks: it is made once a second in each language, however many
/// look at it.
package struct RecentOverview: Sendable {
  /// What makes one overview another one.
  private struct Form: Hashable {
    let language: Language
    let isLanguageAsked: Bool
  }

  private let pages: [Form: Recent<PageAnswer>]

  package init() {
    let forms = Language.allCases.flatMap { language in
      [true, false].map { Form(language: language, isLanguageAsked: $0) }
    }
    pages = Dictionary(uniqueKeysWithValues: forms.map { ($0, Recent()) })
  }

  /// - Parameter make: makes the page. Other pages than the overview are made each time.
  package func answer(
    _ request: PageRequest, _ make: () async throws -> PageAnswer
  ) async throws -> PageAnswer {
    // Its link to the other language keeps the rest of a query.
    guard request.path.isEmpty, request.query.allSatisfy({ $0.name == "lang" }),
      let recent = pages[
        Form(language: request.language, isLanguageAsked: request.isLanguageAsked)]
    else { return try await make() }
    return try await recent.value(make)
  }
}
