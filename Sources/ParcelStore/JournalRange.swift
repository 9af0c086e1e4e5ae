/// What is known of the events of a block of the journal without reading it: enough to pass over most
/// blocks that have nothing a question asks for.
package struct JournalRange: Sendable {
  /// When the events happened, and when those came whose time says nothing: seconds since 1970.
  package var times: ClosedRange<Int64>
  /// One bit of 64 for each wording and each site; several share a bit.
  package var wordings: Int64
  package var sites: Int64

  package static let unknown = JournalRange(
    times: -(1 << 60)...(1 << 60), wordings: -1, sites: -1)

  @inline(__always)
  package static func bit(of id: Int64) -> Int64 { 1 << (id & 63) }
}

extension JournalRange {
  /// Collects the range of a block.
  package struct Collector: Sendable {
    private var first = Int64.max
    private var last = Int64.min
    private var wordings: Int64 = 0
    private var sites: Int64 = 0

    package init() {}

    /// - Parameter instant: when it happened, or came.
    @inline(__always)
    package mutating func add(_ instant: Int64) {
      first = min(first, instant)
      last = max(last, instant)
    }

    @inline(__always)
    package mutating func add(wording: Int64, site: Int64) {
      wordings |= JournalRange.bit(of: wording)
      sites |= JournalRange.bit(of: site)
    }

    /// The range of what was added since this was asked last.
    package mutating func take() -> JournalRange {
      defer { self = Collector() }
      guard first <= last else { return .unknown }
      return JournalRange(times: first...last, wordings: wordings, sites: sites)
    }
  }
}
