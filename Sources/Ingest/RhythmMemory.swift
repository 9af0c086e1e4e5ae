import Carrier
import Contract
import ParcelStore
import Synchronization

/// Learns the daily rhythms of feeds, each once for the day of its last row: between two rows a feed has
/// nothing new to learn from.
public final class RhythmMemory: Sendable {
  private struct Learnt {
    var day: CalendarDay
    var rhythm: DailyRhythm?
  }

  private struct State {
    var learnt: [ServiceReference: Learnt] = [:]
    /// What the store said of others' changes then.
    var feedChanges = 0
  }

  private let state = Mutex(State())

  /// Seconds in which there are 20 business days, whatever the holidays.
  static let span: Int64 = 45 * 86_400

  public init() {}

  /// The rhythm of a service's feed; nil: it has none, or can't have broken it yet.
  /// - Parameter lookedAt: when the drop was listed last: seconds since 1970.
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
      // Rows of earlier days may have come by another process.
      if state.feedChanges != changes { state = State(feedChanges: changes) }
      return state.learnt[reference]
    }
    if let known, known.day == day { return known.rhythm }
    // Up to the last day with rows: the silence itself must not unlearn what is usual.
    let days = try await store.days(of: reference, since: CalendarDay(at: last - Self.span))
    let rhythm = DailyRhythm(days: days, today: CalendarDay(at: last + 86_400))
    state.withLock { $0.learnt[reference] = Learnt(day: day, rhythm: rhythm) }
    return rhythm
  }
}
