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
    #expect(left(of: text, without: [2], pieces: pieces) == ["head\r\n\nb;2\r\n\r\nc;3", "1"])
    #expect(left(of: text, without: [1, 5], pieces: pieces) == ["\na;1\r\nb;2\r\n\r\n", "2"])
    #expect(left(of: text, without: [3, 4], pieces: pieces) == ["head\r\na;1\r\n\n\nc;3", "2"])
    #expect(left(of: text, without: [9], pieces: pieces) == [text, "0"])
  }

  @Test(arguments: [1, 4, 100])
  func aRowThatGoesOnInQuotesGoesAsAWhole(pieces: Int) {
    let text = "head\na;\"one\ntwo\nthree\";1\nb;2\n"
    #expect(left(of: text, without: [2], pieces: pieces) == ["head\n\n\n\nb;2\n", "1"])
    // A quote that is none does not take the whole file.
    let stray = "a;5\"\n" + String(repeating: "x\n", count: 300)
    let rest = left(of: stray, without: [1], pieces: pieces)[0]
    #expect(rest == String(repeating: "\n", count: 101) + String(repeating: "x\n", count: 200))
  }

  @Test(arguments: [1, 2, 3, 100])
  func linesOfWideCharactersEndWithTheirLineFeed(pieces: Int) {
    // U+0A0D and U+0D0A have the bytes of line ends, and are none.
    let text = "head\r\na;\u{0a0d}\u{0d0a};1\r\nb;2\r\n"
    for isBig in [true, false] {
      func wide(_ text: String) -> [UInt8] {
        text.utf16.flatMap {
          isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
        }
      }
      var form = LineForm()
      form.units = isBig ? .bigEndian : .littleEndian
      #expect(LineForm(of: wide(text), isAll: true) == form)
      var cut = LineCut([2], in: form)
      let bytes = wide(text)
      var left: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        left += cut.cut(Array(bytes[start..<min(start + pieces, bytes.count)]))
      }
      #expect(left == wide("head\r\n\nb;2\r\n"))
    }
  }

  @Test func aTextOfCarriageReturnsHasLinesToo() {
    let text = Array("head\ra;1\rb;2\r".utf8)
    let form = LineForm(of: text, isAll: true)
    #expect(form?.end == UInt8(ascii: "\r") && form?.units == .bytes)
    // What follows the first carriage return is not there yet.
    #expect(LineForm(of: Array("head\r".utf8), isAll: false) == nil)
    #expect(LineForm(of: Array("head\r\na".utf8), isAll: false) == LineForm())
    var cut = LineCut([2], in: form ?? LineForm())
    #expect(String(decoding: cut.cut(text), as: UTF8.self) == "head\r\rb;2\r")
  }
}
