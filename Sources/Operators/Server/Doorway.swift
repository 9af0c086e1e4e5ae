import HTTPTypes
import Hummingbird

/// Lets in what the gatekeeper admits, and turns every error into an answer.
struct Doorway: RouterMiddleware {
  let gatekeeper: Gatekeeper
  let pages: PageSite

  func handle(
    _ request: Request, context: AskedContext,
    next: (Request, AskedContext) async throws -> Response
  ) async throws -> Response {
    let problem: Problem
    do {
      let asked = try Asked(request)
      try gatekeeper.check(asked, on: context.channel)
      return try await next(request, context)
    } catch let error as any HTTPResponseError where error.status == .notFound {
      problem = Problem(404, "there is nothing at \(request.uri.path)", exitStatus: 66)
    } catch {
      problem = Problem(error)
    }
    return try answer(problem, request).response(from: request, context: context)
  }

  /// People get a page, and programs JSON.
  private func answer(_ problem: Problem, _ request: Request) -> Answer {
    let path = request.uri.path
    let isForPrograms =
      ["/api/", "/healthz", "/readyz", "/metrics"].contains { path.hasPrefix($0) }
      || !(request.headers[.accept] ?? "").contains("text/html")
    return isForPrograms ? Answer(problem) : pages.answer(to: problem, request)
  }
}
