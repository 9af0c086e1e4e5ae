import ParcelStore

/// Finds the lines of a text that have one of some numbers in them, without knowing where columns are. The text
/// comes piece by piece, and may have lines of any length.
struct LineSearch {
  private let numbers: ErasedNumbers
  private let anywhere: NumberBytes?
  private var split: LineSplit
  /// The last line so far.
  private(set) var line = 1
  /// The beginning of a line that goes on in the next piece; of a very long one the last bytes.
  private var begun: [UInt8] = []
  /// From 1 on.
  private(set) var found: Set<Int> = []
  /// Further lines that have the number within a longer word.
  private(set) var within: Set<Int> = []

  var count: Int { found.count + within.count }

  /// How much of a line is looked at at once, and how much of it is looked at again with what follows: a number with
  /// blanks in it is shorter. Both are even, as characters of UTF-16 have two bytes.
  private static let most = 64 << 10
  private static let overlap = 256

  /// - Parameter anywhere: looks for the same number; nil: longer words are not looked at.
  init(_ numbers: ErasedNumbers, _ anywhere: NumberBytes?, in form: LineForm) {
    self.numbers = numbers
    self.anywhere = anywhere
    split = LineSplit(form)
  }

  mutating func add(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let end = split.nextLine(in: bytes, from: start)
      let part = bytes[start..<(end ?? bytes.count)]
      start = part.endIndex
      if end != nil, begun.isEmpty, split.form.units == .bytes {
        bytes.withUnsafeBytes { look(UnsafeRawBufferPointer(rebasing: $0[part.indices])) }
      } else {
        begun += part
        if end != nil || begun.count >= Self.most { lookAtBegun() }
      }
      if end != nil {
        line += 1
        begun.removeAll(keepingCapacity: true)
      } else if begun.count >= Self.most {
        // What is left begins with the first byte of a unit.
        begun.removeFirst((begun.count - Self.overlap) & ~1)
      }
    }
  }

  /// Looks at a last line without line end.
  mutating func finish() { lookAtBegun() }

  private mutating func lookAtBegun() {
    let line =
      split.form.units.isWide ? LineForm.narrowed(begun, split.form.units) : begun
    line.withUnsafeBytes { look($0) }
  }

  private mutating func look(_ bytes: UnsafeRawBufferPointer) {
    guard anywhere?.mayBe(in: bytes) != false else { return }
    if numbers.isAnyFound(in: bytes) {
      found.insert(line)
    } else if anywhere?.isFound(in: bytes) == true {
      within.insert(line)
    }
  }
}
