import HTTPTypes
import Hummingbird
import Logging
import Views

/// What stands at which path.
struct Site: Sendable {
  let desk: any Desk
  let api: API
  let pages: PageSite
  let limits: ServerLimits
  let turns: ReadTurns
  let followers: Followers

  init(_ desk: any Desk, _ limits: ServerLimits, now: @escaping @Sendable () -> Int64) {
    let desk = RecentDesk(desk)
    self.desk = desk
    api = API(desk: desk, now: now)
    pages = PageSite(desk: desk, now: now)
    self.limits = limits
    turns = ReadTurns(reads: limits.reads, waiting: limits.waiting)
    followers = Followers(limits)
  }

  func router(_ gatekeeper: Gatekeeper) -> Router<AskedContext> {
    let router = Router(context: AskedContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: Doorway(gatekeeper: gatekeeper, pages: pages))
    addMonitoring(to: router)
    addAPI(to: router)
    pages.addRoutes(to: router, gatekeeper) { path, body in add(path, to: router, body) }
    return router
  }

  private func addMonitoring(to router: Router<AskedContext>) {
    // Neither waits for a turn: who watches wants to know while others ask much.
    router.get("healthz") { _, _ in
      let health = await desk.health()
      return Answer(health.json, status: health.isGood ? 200 : 503)
    }
    router.get("readyz") { _, _ in
      let readiness = await desk.readiness()
      return Answer(readiness.json, status: readiness.isReady ? 200 : 503)
    }
    add("metrics", to: router) { asked in
      let (type, bytes) = try await desk.metrics(accept: asked.header(.accept))
      return Answer(type, bytes)
    }
  }

  private func addAPI(to router: Router<AskedContext>) {
    let answers: [(path: String, body: @Sendable (Asked) async throws -> Answer)] = [
      ("parcels", api.parcels), ("parcels/:number", api.parcel),
      ("parcels/:number/explain", api.explain), ("files", api.files), ("held", api.held),
      ("rejects", api.rejects), ("contracts", api.contracts), ("contracts/:id", api.contract),
      ("status", api.status), ("unmapped", api.unmapped), ("webhooks", api.webhooks),
      ("webhooks/parked", api.parked), ("webhooks/:name/parked", api.parked),
    ]
    for (path, body) in answers { add("api/v1/\(path)", to: router, body) }
    add("api/v1/events", to: router) { try await api.events($0, followers, turns) }
  }

  /// Adds an answer that reads the store: when it is its turn, and for a bounded time.
  private func add(
    _ path: String, to router: Router<AskedContext>,
    _ body: @escaping @Sendable (Asked) async throws -> Answer
  ) {
    router.get(RouterPath(path)) { request, _ in
      let asked = try Asked(request)
      return try await within(limits.answer) {
        try await turns.run { try await body(asked) }
      }
    }
  }
}

/// Runs the body, and cancels it when the time is over.
private func within<T: Sendable>(
  _ time: Duration, _ body: @escaping @Sendable () async throws -> T
) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: time)
      return nil
    }
    defer { group.cancelAll() }
    guard let result = try await group.next(), let result else { throw CancellationError() }
    return result
  }
}
