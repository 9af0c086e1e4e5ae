/// Takes lines out of a text that comes piece by piece. The end of each line stays: readers pass over empty lines, and
/// the lines after it keep their numbers, by which events, held rows and later redactions name them.
package struct LineCut {
  /// From 1 on, as the ledger counts them.
  private let lines: Set<Int>
  private var split: LineSplit
  /// Whether a row goes on in the next lines where it has an open quote. Otherwise all lines of a row are named.
  private let followsQuotes: Bool
  private var line = 1
  private var isCut: Bool
  /// How many quotes the lines of the row have that is being taken out.
  private var quotes = 0
  private var further = 0
  /// How many of the lines were taken out, those not counted in which a row goes on.
  package private(set) var count = 0

  /// A row with an open quote goes on in the next lines; a quote that is none would take all that follow.
  private static let mostFurther = 100

  package init(_ lines: Set<Int>, in form: LineForm = LineForm(), followsQuotes: Bool = true) {
    self.lines = lines
    self.followsQuotes = followsQuotes
    split = LineSplit(form)
    isCut = lines.contains(1)
    if isCut { count = 1 }
  }

  /// - Returns: what is left of some bytes.
  package mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
    var left: [UInt8] = []
    left.reserveCapacity(bytes.count)
    var start = 0
    while start < bytes.count {
      let end = split.nextLine(in: bytes, from: start)
      let part = bytes[start..<(end ?? bytes.count)]
      if !isCut {
        left += part
      } else if followsQuotes {
        quotes += part.count { $0 == UInt8(ascii: "\"") }
      }
      start = part.endIndex
      if end != nil {
        if isCut { left += split.form.endBytes }
        beginLine()
      }
    }
    return left
  }

  private mutating func beginLine() {
    line += 1
    if isCut, !quotes.isMultiple(of: 2), further < Self.mostFurther {
      further += 1
      return
    }
    (quotes, further) = (0, 0)
    isCut = lines.contains(line)
    if isCut { count += 1 }
  }
}
