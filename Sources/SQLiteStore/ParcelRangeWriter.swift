import GRDB
import ParcelStore

/// Keeps between which times the events of each run of 256 parcels happened. What happens to a parcel happens within
/// some days, and its number tells about when that began; so a question about a time looks at few of them.
///
/// The ranges only grow: events that are deleted leave them as they are, and a question looks at a little more. Beside
/// them stands how many of the run's parcels have which current status, and when the latest of these began.
struct ParcelRangeWriter {
  private let widen: RawStatement
  private let receivedAt: Int64
  private var block: Int64 = -1
  private var first = Int64.max
  private var last = Int64.min
  private var tally = StatusTally()

  /// As a power of two.
  static let blockBits: Int64 = 8

  /// The numbers of the parcels of a run.
  static func parcels(ofBlock block: Int64) -> ClosedRange<Int64> {
    let first = block << blockBits
    return first...(first + (1 << blockBits) - 1)
  }

  init(_ db: Database, receivedAt: Int64) throws {
    self.receivedAt = receivedAt
    widen = try RawStatement(
      db,
      """
      INSERT INTO parcel_range(block, min_time, max_time, latest, statuses) VALUES(?1, ?2, ?3, ?4, ?5)
        ON CONFLICT(block) DO UPDATE SET min_time = min(min_time, ?2), max_time = max(max_time, ?3),
          latest = max(latest, ?4), statuses = statuses + ?5
        WHERE min_time > ?2 OR max_time < ?3 OR latest < ?4 OR ?5 <> 0
      """)
  }

  /// Adds a new event; they come in the order of parcels.
  @inline(__always)
  mutating func add(_ row: EventRow) throws {
    let block = Int64(row.parcel) >> Self.blockBits
    if block != self.block {
      try finish()
      self.block = block
    }
    if row.grain < 2 { add(row.time) }
    // Of an event whose time says nothing, or can't be right, the status may begin when it came.
    if row.grain == 2 || row.time < PlausibleTimes.first || row.time > receivedAt {
      add(receivedAt)
    }
  }

  @inline(__always)
  private mutating func add(_ instant: Int64) {
    first = min(first, instant)
    last = max(last, instant)
  }

  /// Notes the status that a parcel of the run in hand has now.
  @inline(__always)
  mutating func change(from before: CurrentPosition?, to after: CurrentPosition) {
    tally.change(from: before, to: after)
  }

  /// Writes the run in hand.
  mutating func finish() throws {
    guard first <= last else { return }
    widen.bind(1, block)
    widen.bind(2, first)
    widen.bind(3, last)
    widen.bind(4, tally.latest)
    widen.bind(5, tally.statuses)
    try widen.run()
    (first, last, tally) = (.max, .min, StatusTally())
  }
}
