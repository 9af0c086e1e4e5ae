import Testing
import Webhooks

@Suite struct RetryScheduleTests {
  /// Numbers that depend on a seed alone (SplitMix64).
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }
  }

  private static let seconds: [Int64] = [
    5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
  ]

  @Test func eachStepVariesByATenth() throws {
    for (index, seconds) in Self.seconds.enumerated() {
      var generator = Seeded(state: UInt64(index))
      let waits = try (0..<1_000).map { _ in
        try #require(RetrySchedule().wait(afterFailures: index + 1, using: &generator))
      }
      let step = Duration.seconds(seconds)
      let (shortest, longest) = (try #require(waits.min()), try #require(waits.max()))
      #expect(shortest >= step * 0.9 && shortest < step * 0.91)
      #expect(longest <= step * 1.1 && longest > step * 1.09)
    }
  }

  @Test func chanceIsThatOfTheCaller() {
    var (first, second) = (Seeded(state: 7), Seeded(state: 7))
    let schedule = RetrySchedule()
    #expect(
      schedule.wait(afterFailures: 3, using: &first)
        == schedule.wait(afterFailures: 3, using: &second))
    #expect(
      schedule.wait(afterFailures: 3, using: &first)
        != schedule.wait(afterFailures: 3, using: &first))
  }

  @Test func afterTheLastTryItIsParked() {
    var generator = SystemRandomNumberGenerator()
    let schedule = RetrySchedule()
    #expect(RetrySchedule.tries == 10)
    #expect(schedule.wait(afterFailures: 9, using: &generator) != nil)
    #expect(schedule.wait(afterFailures: 10, using: &generator) == nil)
  }
}
