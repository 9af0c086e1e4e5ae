import Ingest
import Testing

@Suite struct BackOffTests {
  @Test
  func withoutFailuresTheWaitIsTheIntervalGiveOrTakeATenth() {
    let backOff = BackOff(interval: .seconds(60), longest: .seconds(900))
    #expect(backOff.delay(jitter: 0) == .seconds(54))
    #expect(backOff.delay(jitter: 0.5) == .seconds(60))
    #expect(abs(backOff.delay(jitter: 1) / .seconds(66) - 1) < 1e-9)
  }

  @Test
  func eachFailureInARowDoublesTheWaitUpToTheLongest() {
    var backOff = BackOff(interval: .seconds(60), longest: .seconds(900))
    var delays: [Duration] = []
    for _ in 0..<6 {
      backOff.failed()
      delays.append(backOff.delay(jitter: 0.5))
    }
    #expect(delays == [60, 120, 240, 480, 900, 900].map { .seconds($0) })
  }

  @Test
  func aThousandFailuresOverflowNothingAndOneSuccessEndsThem() {
    var backOff = BackOff(interval: .seconds(60), longest: .seconds(900))
    for _ in 0..<1_000 { backOff.failed() }
    #expect(backOff.delay(jitter: 0.5) == .seconds(900))
    backOff.succeeded()
    #expect(backOff.delay(jitter: 0.5) == .seconds(60))
  }

  @Test
  func anIntervalLongerThanTheLongestWaitIsKept() {
    var backOff = BackOff(interval: .seconds(3_600), longest: .seconds(900))
    backOff.failed()
    #expect(backOff.delay(jitter: 0.5) == .seconds(3_600))
  }
}
