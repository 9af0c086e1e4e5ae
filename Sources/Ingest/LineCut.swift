/// Takes lines out of a text that comes piece by piece.
package struct LineCut {
  /// From 1 on, as the ledger counts them: each line feed begins a new one.
  private let lines: Set<Int>
  private var line = 1
  private var isCut: Bool
  /// Whether the line in hand has begun within quotes that are still open: it belongs to the row before.
  private var quotes = 0
  private var further = 0
  /// How many lines were taken out.
  package private(set) var count = 0

  /// A row with an open quote goes on in the next lines; a quote that is none would take all that follow.
  private static let mostFurther = 100

  package init(_ lines: Set<Int>) {
    self.lines = lines
    isCut = lines.contains(1)
    if isCut { count = 1 }
  }

  /// - Returns: what is left of some bytes.
  package mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
    var left: [UInt8] = []
    left.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n"))
      let part = end.map { rest[...$0] } ?? rest
      if isCut {
        quotes += part.count { $0 == UInt8(ascii: "\"") }
      } else {
        left += part
      }
      rest = rest[part.endIndex...]
      if end != nil { beginLine() }
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
