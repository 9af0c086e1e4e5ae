import Ingest
import Testing

@Suite struct LastingFaultsTests {
  private typealias Faults = LastingFaults<String>

  @Test
  func aFaultThatLastsIsToldWhenItBeginsAndThenOnceAnHourWithHowOftenItWas() {
    var faults = Faults()
    let told = (0...130).compactMap { minute in
      faults.occurred("poll", cause: "timed out", at: Int64(minute) * 60)
    }
    #expect(told == [1, 61, 121].map { Faults.Span(times: $0, since: 0) })
  }

  @Test
  func anotherCauseIsToldAtOnceAndTwoThatTakeTurnsAreNotToldEachTime() {
    var faults = Faults()
    let causes = ["timed out", "refused", "timed out", "refused", "disk full"]
    let told = causes.enumerated().map { index, cause in
      faults.occurred("poll", cause: cause, at: Int64(index) * 60) != nil
    }
    #expect(told == [true, true, false, false, true])
  }

  @Test
  func theEndTellsHowLongItWasAndWhatComesAfterItIsAFaultOfItsOwn() {
    var faults = Faults()
    #expect(faults.ended("poll") == nil)
    for time: Int64 in [100, 200, 300] { _ = faults.occurred("poll", cause: "refused", at: time) }
    _ = faults.occurred("other", cause: "refused", at: 300)
    #expect(faults.ended("poll") == Faults.Span(times: 3, since: 100))
    #expect(faults.ended("poll") == nil)
    #expect(
      faults.occurred("poll", cause: "refused", at: 400) == Faults.Span(times: 1, since: 400))
    #expect(faults.keys.sorted() == ["other", "poll"])
  }

  @Test
  func wordsThatDifferEachTimeAndFaultsWithoutNumberAreToldAndTakeNoMoreRoom() {
    var faults = Faults()
    for number in 0..<20_000 {
      #expect(faults.occurred("file \(number)", cause: "no file", at: 0) != nil)
      #expect(faults.occurred("poll", cause: "number \(number)", at: 0) != nil)
    }
    #expect(faults.keys.count <= 10_000)
  }

  @Test
  func aClockThatIsSetBackSilencesNothingForLongerThanAnHour() {
    var faults = Faults()
    #expect(faults.occurred("poll", cause: "refused", at: 1_000_000) != nil)
    #expect(faults.occurred("poll", cause: "refused", at: 500_000) != nil)
  }
}
