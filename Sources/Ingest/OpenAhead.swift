/// Which files may be opened ahead of their turn.
package struct OpenAhead {
  private let count: Int
  private let mostAhead: Int
  package private(set) var limit: Int
  private var next = 0
  private var first = 0

  package init(count: Int, limit: Int) {
    self.count = count
    mostAhead = limit
    self.limit = limit
  }

  /// The file to read now; nil when all are done.
  package var current: Int? { first < count ? first : nil }

  /// The files to open now. That is none until a quarter of the limit is done, and then as many as the limit
  /// allows: so the server gets many requests together instead of one after each file.
  package mutating func startNext() -> Range<Int> {
    guard next == first || next - first <= limit * 3 / 4 else { return next..<next }
    let start = next
    next = min(count, first + limit)
    return start..<next
  }

  package mutating func finishCurrent() { first += 1 }

  /// Begins again from the current file, with a quarter of the limit.
  package mutating func narrow() {
    limit = max(1, limit / 4)
    next = first
  }

  /// Goes back to the first limit.
  package mutating func widen() { limit = mostAhead }
}
