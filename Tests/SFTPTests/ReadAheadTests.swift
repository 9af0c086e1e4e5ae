import SFTP
import TestSupport
import Testing

@Suite struct ReadAheadTests {
  /// Plays a server that holds `content` and answers as it likes; gives what was read.
  static func read(
    _ content: [UInt8], announced: UInt64, cap: Int, seed: UInt64, learned: UInt64? = nil
  ) throws -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var reader = ReadAhead(size: announced)
    var open: [ReadAhead.Ask] = []
    var result: [UInt8] = []
    var steps = 0
    while !reader.isComplete {
      steps += 1
      try #require(steps < 200_000, "it never ends")
      if steps == 3, let learned { reader.learn(size: learned) }
      while let ask = reader.nextAsk() {
        #expect(ask.offset < reader.taken + ReadAhead.maximumWindow)
        open.append(ask)
      }
      if let index = open.indices.randomElement(using: &random) {
        let ask = open.remove(at: index)
        let start = Int(clamping: ask.offset)
        if start >= content.count {
          try reader.receiveEnd(ask)
        } else {
          let most = min(content.count - start, Int(ask.length), cap)
          let count = Bool.random(using: &random) ? most : Int.random(in: 1...most, using: &random)
          try reader.receive(ask, Array(content[start..<start + count]))
        }
      }
      if Bool.random(using: &random) || open.isEmpty {
        while let segment = reader.takeSegment() { result += segment }
      }
    }
    #expect(open.isEmpty)
    #expect(reader.end == UInt64(content.count))
    return result
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func everyFileComesOutWholeInWhateverOrderAndHoweverShortTheAnswersCome(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 1000)
    let chunk = Int(ReadAhead.chunk)
    let edges = [
      0, 1, chunk - 1, chunk, chunk + 1, ReadAhead.segmentSize, ReadAhead.segmentSize + 1,
    ]
    let size =
      seed < 20
      ? edges[Int(seed) % edges.count] : Int.random(in: 0...2_000_000, using: &random)
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let sizes = [UInt64(size), 0, UInt64(size / 2), UInt64(size + 50_000)]
    let announced = sizes[Int.random(in: 0..<4, using: &random)]
    let cap = [chunk, 16_384, 4096, 100_000][Int.random(in: 0..<4, using: &random)]
    let learned = Bool.random(using: &random) ? UInt64(size) : nil
    let result = try Self.read(
      content, announced: announced, cap: cap, seed: seed, learned: learned)
    #expect(result == content)
  }

  @Test func nothingIsAskedBehindAKnownEndButOneProbe() throws {
    var reader = ReadAhead(size: 100_000)
    var asks: [ReadAhead.Ask] = []
    while let ask = reader.nextAsk() { asks.append(ask) }
    #expect(asks.map(\.offset) == [0, 32_768, 65_536, 98_304, 100_000])
    #expect(asks.map(\.length) == [32_768, 32_768, 32_768, 1696, 32_768])
  }

  @Test func whoDoesNotTakeHoldsTheServerBack() throws {
    var reader = ReadAhead(size: 1 << 40)
    var asked: UInt64 = 0
    while let ask = reader.nextAsk() {
      asked += UInt64(ask.length)
      try reader.receive(ask, [UInt8](repeating: 1, count: Int(ask.length)))
    }
    #expect(asked == ReadAhead.maximumWindow)
    #expect(reader.takeSegment()?.count == ReadAhead.segmentSize)
    #expect(reader.nextAsk() != nil)
  }

  @Test func bytesBehindTheEndAreAnError() throws {
    var reader = ReadAhead(size: 65_536)
    let asks = [reader.nextAsk(), reader.nextAsk()]
    let first = try #require(asks[0])
    let second = try #require(asks[1])
    try reader.receiveEnd(first)
    #expect(throws: ReadAhead.BytesBehindEnd.self) {
      try reader.receive(second, [1])
    }
  }
}

extension ReadAhead {
  fileprivate mutating func receive(_ ask: Ask, _ bytes: [UInt8]) throws {
    // An untyped error on the way: Swift 6.3.1 crashes on a typed one through this closure.
    try bytes.withUnsafeBytes { bytes throws(any Error) in try receive(ask, bytes) }
  }
}
