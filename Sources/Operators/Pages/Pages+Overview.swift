import Carrier
import ParcelStore
import Views

extension Pages {
  /// Of so many files at most the figures of the day are made.
  private static let filesOfDay = 300
  private static let mostCounted = 1_000

  /// Whether it works, what came today, and what needs somebody.
  package func overview(_ request: PageRequest) async throws -> PageAnswer {
    var page = OverviewPage(request)
    do {
      let store = try desk.store
      page.status = try await desk.status()
      page.contracts = try await desk.contracts()
      page.held = try await desk.held().held
      let start = CalendarDay(at: request.now).start()
      let newest = try await store.newestFiles(state: nil, before: nil, limit: Self.filesOfDay)
      page.files = newest.filter { max($0.ingestedAt ?? 0, $0.seenAt ?? 0) >= start }
      page.isCut = page.files.count == Self.filesOfDay
      for list in ReadyList.allCases where list != .all {
        let filter = try list.filter(now: request.now, pickupDays: desk.deadline.days)
        let count = try await store.parcelCount(filter, most: Self.mostCounted)
        page.follow.append((list, count, count >= Self.mostCounted))
      }
    } catch let error as StoreError {
      page.storeError = error
      page.status = try? await desk.polls()
    }
    var frame = PageFrame(
      request, .overview, title: request.language.word(PageFrame.Section.overview))
    frame.data = PageLink("api", "v1", "status")
    frame.isTimed = true
    return self.page(.overview, frame, page.context)
  }
}
