import Ingest
import Testing

@Suite struct OpenAheadTests {
  @Test
  func asManyFilesAreOpenAheadAsAllowedAndMoreAreOpenedWhenAQuarterOfThemIsDone() {
    var ahead = OpenAhead(count: 11, limit: 8)
    #expect(ahead.startNext() == 0..<8)
    #expect(ahead.startNext().isEmpty)
    ahead.finishCurrent()
    #expect(ahead.current == 1)
    #expect(ahead.startNext().isEmpty)
    ahead.finishCurrent()
    #expect(ahead.startNext() == 8..<10)
    for _ in 2..<4 { ahead.finishCurrent() }
    #expect(ahead.startNext() == 10..<11)
    for _ in 4..<11 { ahead.finishCurrent() }
    #expect(ahead.current == nil)
    #expect(ahead.startNext().isEmpty)
  }

  @Test
  func aServerThatRefusesSoManyIsAskedForAQuarterAsManyDownToOneAtATime() {
    var ahead = OpenAhead(count: 9, limit: 8)
    #expect(ahead.startNext() == 0..<8)
    ahead.finishCurrent()
    ahead.narrow()
    #expect(ahead.current == 1)
    #expect(ahead.startNext() == 1..<3)
    ahead.finishCurrent()
    ahead.narrow()
    #expect(ahead.limit == 1)
    #expect(ahead.startNext() == 2..<3)
    #expect(ahead.startNext().isEmpty)
    ahead.finishCurrent()
    #expect(ahead.startNext() == 3..<4)
    ahead.widen()
    ahead.finishCurrent()
    #expect(ahead.startNext() == 4..<9)
  }
}
