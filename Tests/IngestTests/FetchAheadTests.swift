import Ingest
import Testing

@Suite struct FetchAheadTests {
  private func ahead(_ sizes: [UInt64?], limit: Int, bytes: UInt64) throws -> FetchAhead {
    FetchAhead(
      files: try sizes.enumerated().map { try listed("\($0.offset)", size: $0.element) },
      limit: limit, byteLimit: bytes)
  }

  private func startAll(_ ahead: inout FetchAhead) -> [Int] {
    var started: [Int] = []
    while let next = ahead.startNext() { started.append(next) }
    return started
  }

  @Test("no more files are fetched ahead than allowed")
  func files() throws {
    var ahead = try ahead([1, 1, 1, 1], limit: 2, bytes: 100)
    #expect(startAll(&ahead) == [0, 1])
    ahead.finishCurrent()
    #expect(startAll(&ahead) == [2])
  }

  @Test("no more bytes are fetched ahead than allowed, but the file whose turn it is always is")
  func bytes() throws {
    var ahead = try ahead([60, 60, nil, 1], limit: 9, bytes: 100)
    #expect(startAll(&ahead) == [0])
    ahead.finishCurrent()
    #expect(startAll(&ahead) == [1])
    ahead.finishCurrent()
    #expect(startAll(&ahead) == [2])
    ahead.finishCurrent()
    #expect(startAll(&ahead) == [3])
    #expect(ahead.current == 3)
    ahead.finishCurrent()
    #expect(ahead.current == nil)
  }
}
