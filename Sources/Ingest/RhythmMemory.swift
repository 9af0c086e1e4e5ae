import Carrier
import Contract
import ParcelStore
import Synchronization

/// Learns the daily rhythm of each feed, and does so again only when rows of a further day have come.
public final class RhythmMemory: Sendable {
  private struct Learned {
    var day: CalendarDay
    var rhythm: DailyRhythm?
  }

  private struct State {
    var learned: [ServiceReference: Learned] = [:]
    /// The store's `feedChangesElsewhere` at that time.
    var feedChanges = 0
  }

  private let state = Mutex(State())

  /// Seconds that contain 20 business days, also with many holidays.
  static let span: Int64 = 45 * 86_400

  public init() {}

  /// The rhythm of a service's feed; nil: it has none, or it is too early for it to be broken.
  /// - Parameter lookedAt: up to when everything that came is known: seconds since 1970.
  public func rhythm(
    of contract: MerchantContract, _ service: ContractService, _ past: FeedPast,
    _ store: any StoreReader, _ lookedAt: Int64?
  ) async throws(StoreError) -> DailyRhythm? {
    guard let lookedAt, let last = past.present(contract, service)?.lastRowAt else { return nil }
    let day = CalendarDay(at: last)
    guard BusinessTime.day(after: day) <= CalendarDay(at: lookedAt) else { return nil }
    let reference = ServiceReference(contract: contract.id, kind: service.kind)
    let changes = store.feedChangesElsewhere
    let known = state.withLock { state in
      // Another process may have stored rows of earlier days.
      if state.feedChanges != changes { state = State(feedChanges: changes) }
      return state.learned[reference]
    }
    if let known, known.day == day { return known.rhythm }
    // Days after the last row don't count: otherwise a long silence would become the usual rhythm.
    let days = try await store.days(of: reference, since: CalendarDay(at: last - Self.span))
    let rhythm = DailyRhythm(days: days, today: CalendarDay(at: last + 86_400))
    state.withLock { $0.learned[reference] = Learned(day: day, rhythm: rhythm) }
    return rhythm
  }
}
