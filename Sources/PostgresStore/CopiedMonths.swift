/// Finds the months that have enough events for a table of their own, so that those of long ago do not all end in the
/// one for nonsense.
struct CopiedMonths {
  private let times: ClosedRange<Int64>
  private var counts: [Int64: Int] = [:]
  private var wanted: [Int64] = []

  /// Events of about a month of which a table is made.
  private static let enough = 1_000
  /// A month, roughly: a table is made for each instant, so one more does no harm.
  private static let span: Int64 = 15 * 86_400
  private static let years: Int64 = 15

  init(now: Int64) { times = (now - Self.years * 366 * 86_400)...now }

  mutating func add(_ time: Int64) {
    guard times.contains(time) else { return }
    let count = counts[time / Self.span, default: 0] + 1
    counts[time / Self.span] = count
    if count == Self.enough { wanted.append(time) }
  }

  /// Instants of the months that have become many enough since this was asked last.
  mutating func take() -> [Int64] {
    defer { wanted = [] }
    return wanted
  }
}
