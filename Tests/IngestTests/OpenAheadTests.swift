import Ingest
import Testing

@Suite struct OpenAheadTests {
  private func startAll(_ ahead: inout OpenAhead) -> [Int] {
    var started: [Int] = []
    while let next = ahead.startNext() { started.append(next) }
    return started
  }

  @Test("no more files are open ahead than allowed")
  func limit() {
    var ahead = OpenAhead(count: 4, limit: 2)
    #expect(startAll(&ahead) == [0, 1])
    ahead.finishCurrent()
    #expect(ahead.current == 1)
    #expect(startAll(&ahead) == [2])
    ahead.finishCurrent()
    ahead.finishCurrent()
    #expect(startAll(&ahead) == [3])
    ahead.finishCurrent()
    #expect(ahead.current == nil)
  }

  @Test("where the server wants one at a time, those behind the file in hand are opened again")
  func oneByOne() {
    var ahead = OpenAhead(count: 5, limit: 4)
    #expect(startAll(&ahead) == [0, 1, 2, 3])
    ahead.finishCurrent()
    ahead.goOneByOne()
    #expect(ahead.current == 1)
    #expect(startAll(&ahead) == [])
    ahead.finishCurrent()
    #expect(startAll(&ahead) == [2])
  }
}
