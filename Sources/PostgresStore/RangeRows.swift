import ParcelStore
import Postgres

/// What a transaction changes in the runs of 256 parcels: between which times their events happened, and how many of
/// the parcels have which current status. A question passes over runs that have nothing it asks for.
struct RangeRows: Sendable {
  private struct Run {
    var first = Int64.max
    var last = Int64.min
    var tally = StatusTally()
    /// A bit for each status that shares its count with others and that a parcel has now.
    var seldom: Int64 = 0
  }

  private var runs: [Int64: Run] = [:]
  /// The run in hand: parcels come in the order of their numbers, so it seldom changes.
  private var run = Run()
  private var block: Int64 = -1

  var isEmpty: Bool { block < 0 }

  /// As a power of two.
  static let blockBits: Int64 = 8

  /// A bit for each rank that has no count of its own.
  private static let isSeldom = StatusTally.counted.reduce(UInt32.max) { $0 & ~(1 << UInt32($1)) }

  /// Adds the instant of an event: when it happened, or when it came where its time says nothing.
  mutating func add(parcel: Int64, instant: Int64) {
    let block = parcel >> Self.blockBits
    if block != self.block { turn(to: block) }
    run.first = min(run.first, instant)
    run.last = max(run.last, instant)
  }

  /// Notes the status that a parcel has now.
  /// - Parameter before: nil: it had none.
  mutating func change(parcel: Int64, from before: CurrentPosition?, to after: CurrentPosition) {
    let block = parcel >> Self.blockBits
    if block != self.block { turn(to: block) }
    run.tally.change(from: before, to: after)
    if Self.isSeldom >> UInt32(after.rank) & 1 == 1 { run.seldom |= 1 << Int64(after.rank) }
  }

  private mutating func turn(to block: Int64) {
    if self.block >= 0 { runs[self.block] = run }
    run = runs[block] ?? Run()
    self.block = block
  }

  /// Writes all of it, in the order of the runs, so that of two transactions the second one waits for the first.
  var statement: PostgresStatement {
    var all = runs
    if block >= 0 { all[block] = run }
    let runs = all.sorted { $0.key < $1.key }
    // A status may change without an event; no time is told then.
    return PostgresStatement(
      """
      INSERT INTO parcel_range AS r(block, min_time, max_time, latest, statuses, seldom)
        SELECT u.block, u.first, u.last, u.latest, u.statuses, u.seldom::int4
        FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
          u(block, first, last, latest, statuses, seldom)
      ON CONFLICT (block) DO UPDATE SET min_time = least(r.min_time, excluded.min_time),
        max_time = greatest(r.max_time, excluded.max_time), latest = greatest(r.latest, excluded.latest),
        statuses = r.statuses + excluded.statuses, seldom = r.seldom | excluded.seldom
      """,
      [
        .integers(runs.map(\.key)), .integers(runs.map(\.value.first)),
        .integers(runs.map(\.value.last)), .integers(runs.map(\.value.tally.latest)),
        .integers(runs.map(\.value.tally.statuses)), .integers(runs.map(\.value.seldom)),
      ])
  }
}
