import ParcelStore
import Synchronization
import Webhooks

/// An endpoint that is a function, so that each answer is chosen. It keeps what it was sent, and what operators were told
/// of it.
final class AnsweringShop: Sendable {
  /// - Parameters:
  ///   - seq: of the entry.
  ///   - times: the how many-th time it is sent.
  typealias Answer = @Sendable (_ seq: Int64, _ times: Int) async -> DeliveryQueue.End

  private struct State {
    var answer: Answer
    var now = Samples.now
    var sent: [JournalEntry] = []
    var underWay = 0
    var mostUnderWay = 0
    var told: [DeliveryQueue.Change] = []
  }

  private let state: Mutex<State>

  init(_ answer: @escaping Answer = { _, _ in .taken }) {
    state = Mutex(State(answer: answer))
  }

  /// Where nobody listens for now.
  static func away() -> AnsweringShop {
    AnsweringShop { _, _ in .unavailable(DeliveryFault(reason: "nobody listens"), delay: nil) }
  }

  // MARK: What it does

  @Sendable func take(_ entry: JournalEntry, _: ParcelStanding) async -> DeliveryQueue.End {
    let (answer, times) = state.withLock { state in
      state.sent.append(entry)
      state.underWay += 1
      state.mostUnderWay = max(state.mostUnderWay, state.underWay)
      return (state.answer, state.sent.count { $0.seq == entry.seq })
    }
    defer { state.withLock { $0.underWay -= 1 } }
    return await answer(entry.seq, times)
  }

  /// It takes everything from now on.
  func comesBack() { state.withLock { $0.answer = { _, _ in .taken } } }

  @Sendable func now() -> Int64 { state.withLock { $0.now } }

  func passTime(seconds: Int64) { state.withLock { $0.now += seconds } }

  @Sendable func tell(_ change: DeliveryQueue.Change) { state.withLock { $0.told.append(change) } }

  // MARK: What has happened

  var seqs: [Int64] { state.withLock { $0.sent.map(\.seq) } }

  var events: [StoredEvent] {
    state.withLock { state in
      state.sent.compactMap { if case .event(let event) = $0 { event } else { nil } }
    }
  }

  /// How many were sent at one time at most.
  var atOnce: Int { state.withLock { $0.mostUnderWay } }

  var told: [DeliveryQueue.Change] { state.withLock { $0.told } }
}
