import Ingest
import Testing

/// Lines that are taken out of a text.
@Suite struct LineCutTests {
  /// What is left of a text that comes in pieces of some size.
  private func left(of text: String, without lines: Set<Int>, pieces: Int) -> [String] {
    var cut = LineCut(lines)
    let bytes = Array(text.utf8)
    var left: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      left += cut.cut(Array(bytes[start..<min(start + pieces, bytes.count)]))
    }
    return [String(decoding: left, as: UTF8.self), "\(cut.count)"]
  }

  @Test(arguments: [1, 2, 3, 100])
  func linesAreCountedByTheirLineFeeds(pieces: Int) {
    let text = "head\r\na;1\r\nb;2\r\n\r\nc;3"
    #expect(left(of: text, without: [2], pieces: pieces) == ["head\r\nb;2\r\n\r\nc;3", "1"])
    #expect(left(of: text, without: [1, 5], pieces: pieces) == ["a;1\r\nb;2\r\n\r\n", "2"])
    #expect(left(of: text, without: [3, 4], pieces: pieces) == ["head\r\na;1\r\nc;3", "2"])
    #expect(left(of: text, without: [9], pieces: pieces) == [text, "0"])
  }

  @Test(arguments: [1, 4, 100])
  func aRowThatGoesOnInQuotesGoesAsAWhole(pieces: Int) {
    let text = "head\na;\"one\ntwo\nthree\";1\nb;2\n"
    #expect(left(of: text, without: [2], pieces: pieces) == ["head\nb;2\n", "1"])
    // A quote that is none does not take the whole file.
    let stray = "a;5\"\n" + String(repeating: "x\n", count: 300)
    let rest = left(of: stray, without: [1], pieces: pieces)[0]
    #expect(rest == String(repeating: "x\n", count: 200))
  }
}
