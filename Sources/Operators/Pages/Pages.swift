import ParcelStore
import Views

/// The pages for people: overview, parcels, contracts, files, what could not come in, and where events go.
///
/// They show the values that the commands and the API have, in French or English, and need no script.
public struct Pages: Sendable {
  package let desk: any Desk

  public init(desk: any Desk) { self.desk = desk }

  /// The paths at which there are pages, as routes: `parcels/:number`.
  package static let paths = [
    "", "parcels", "parcels/:number", "parcels/:number/explain", "contracts", "contracts/:id",
    "files", "held", "rejects", "unmapped", "webhooks",
  ]

  /// The page at a path.
  /// - Throws: `NotFound`, `QuestionFault`, `StoreError`, and what else the desk throws; `error` makes a page of it.
  public func answer(_ request: PageRequest) async throws -> PageAnswer {
    let path = request.path
    switch (path.first, path.count) {
    case (nil, _): return try await overview(request)
    case ("parcels", 1): return try await parcels(request)
    case ("parcels", 2): return try await parcel(request)
    case ("parcels", 3) where path[2] == "explain": return try await explain(request)
    case ("contracts", 1): return try await contracts(request)
    case ("contracts", 2): return try await contract(request)
    case ("files", 1): return try await files(request)
    case ("held", 1): return try await held(request)
    case ("rejects", 1): return try await rejects(request)
    case ("unmapped", 1): return try await unmapped(request)
    case ("webhooks", 1): return try await webhooks(request)
    default: throw Problem(404, "there is nothing here", exitStatus: 66)
    }
  }

  /// A page of a template and what it shows beside its frame.
  package func page(
    _ name: PageTemplates.Name, _ frame: PageFrame, _ content: PageContext, status: Int = 200
  ) -> PageAnswer {
    var context = frame.context
    context.add(content)
    return PageAnswer(
      status: status, html: PageTemplates.shared.html(name, context),
      language: frame.request.language)
  }
}
