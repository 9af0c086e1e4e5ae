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

  /// The file whose turn it is; nil when all are done.
  package var current: Int? { first < count ? first : nil }

  /// The files to open now: those up to the limit, once a quarter of them is done with. So the server is
  /// asked for many at once, and not for one after each.
  package mutating func startNext() -> Range<Int> {
    guard next == first || next - first <= limit * 3 / 4 else { return next..<next }
    let start = next
    next = min(count, first + limit)
    return start..<next
  }

  package mutating func finishCurrent() { first += 1 }

  /// Begins again from the file whose turn it is, with a quarter as many at a time.
  package mutating func narrow() {
    limit = max(1, limit / 4)
    next = first
  }

  /// Goes on with as many as in the beginning.
  package mutating func widen() { limit = mostAhead }
}
