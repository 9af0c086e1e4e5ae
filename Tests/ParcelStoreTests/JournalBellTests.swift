import ParcelStore
import Synchronization
import TestSupport
import Testing

/// The bell that wakes followers. Where nothing else is said they would wait for an hour.
@Suite(.timeLimit(.minutes(2))) struct JournalBellTests {
  /// How many of some followers were woken.
  private final class Woken: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
  }

  private static func follow(
    _ bell: JournalBell, after seq: Int64, _ woken: Woken
  ) -> Task<Void, any Error> {
    Task {
      try await bell.wait(after: seq)
      woken.add()
    }
  }

  @Test func aRingWakesAllWhoWaitForItAndNobodyElse() async throws {
    let bell = JournalBell(patience: .seconds(3_600))
    let (early, late) = (Woken(), Woken())
    let first = (0..<100).map { _ in Self.follow(bell, after: 5, early) }
    let others = (0..<100).map { _ in Self.follow(bell, after: 6, late) }
    bell.ring(5)
    try await Task.sleep(for: .milliseconds(20))
    #expect(early.value == 0 && late.value == 0)
    bell.ring(6)
    for task in first { try await task.value }
    // What was written since has no entry for them.
    bell.ring(6)
    bell.ring(2)
    try await Task.sleep(for: .milliseconds(20))
    #expect(early.value == 100 && late.value == 0)
    bell.ring(9)
    for task in others { try await task.value }
    #expect(late.value == 100)
  }

  @Test func whoIsBehindDoesNotWait() async throws {
    let bell = JournalBell(patience: .seconds(3_600))
    bell.ring(3)
    try await bell.wait(after: 2)
    try await bell.wait(after: 0)
  }

  @Test func whoeverWaitsLooksAgainAfterAWhile() async throws {
    let bell = JournalBell(patience: .milliseconds(30))
    let start = ContinuousClock.now
    try await bell.wait(after: 0)
    #expect(.now - start >= .milliseconds(30))
  }

  @Test func aWaitThatIsCancelledEnds() async throws {
    let bell = JournalBell(patience: .seconds(3_600))
    for delay in [0, 1, 20] {
      let waiting = Self.follow(bell, after: 0, Woken())
      try await Task.sleep(for: .milliseconds(delay))
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }
  }

  /// Such as a replica that was promoted and lacks the last entries.
  @Test func aStoreWithFewerEntriesCountsAnew() async throws {
    let bell = JournalBell(patience: .seconds(3_600))
    bell.ring(10)
    let (before, after) = (Woken(), Woken())
    let first = Self.follow(bell, after: 10, before)
    bell.ring(4, isAnew: true)
    // One that begins to wait after that is not woken by it, so it comes again.
    try await eventually("it is woken") {
      bell.ring(4, isAnew: true)
      return before.value == 1
    }
    try await first.value
    let second = Self.follow(bell, after: 4, after)
    try await Task.sleep(for: .milliseconds(20))
    #expect(after.value == 0)
    bell.ring(5)
    try await second.value
  }

  @Test func nobodyIsForgottenWhereAllHappensAtOnce() async throws {
    let bell = JournalBell(patience: .seconds(3_600))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for seq in 1...2_000 { bell.ring(Int64(seq)) } }
      for seq in 0..<2_000 {
        group.addTask {
          let waiting = Self.follow(bell, after: Int64(seq), Woken())
          if seq.isMultiple(of: 3) { waiting.cancel() }
          do { try await waiting.value } catch is CancellationError {}
        }
      }
      try await group.waitForAll()
    }
  }
}
