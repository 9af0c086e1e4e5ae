import Carrier
import ParcelStore
import Postgres

/// The blocks of the journal of one batch, before its events have their `seq`.
struct JournalRows {
  private let batch: Int64
  private let receivedAt: Int64
  private var block = JournalBlock()
  private var range = JournalRange.Collector()
  private(set) var events: Int64 = 0
  private var offsets: [Int64] = []
  private var firstPlaces: [Int64] = []
  private var counts: [Int64] = []
  private var minimums: [Int64] = []
  private var maximums: [Int64] = []
  private var wordings: [Int64] = []
  private var sites: [Int64] = []
  private var records: [[UInt8]] = []

  init(batch: Int64, receivedAt: Int64) {
    self.batch = batch
    self.receivedAt = receivedAt
  }

  /// Adds the next event.
  mutating func append(_ entry: JournalBlock.Entry) {
    if entry.precision != .none { range.add(entry.seconds) }
    // Of an event whose time says nothing, or can't be right, the status may begin when it came.
    if entry.precision == .none || entry.seconds < PlausibleTimes.first
      || entry.seconds > receivedAt
    {
      range.add(receivedAt)
    }
    range.add(wording: entry.wording, site: entry.site)
    block.append(entry)
    events += 1
    if block.isFull { finish() }
  }

  private mutating func finish() {
    guard block.count > 0 else { return }
    let range = range.take()
    offsets.append(events - Int64(block.count))
    firstPlaces.append(block.firstIndex)
    counts.append(Int64(block.count))
    minimums.append(range.times.lowerBound)
    maximums.append(range.times.upperBound)
    wordings.append(range.wordings)
    sites.append(range.sites)
    records.append(block.bytes)
    block.removeAll()
  }

  /// Gives the events their `seq` and writes the blocks: the first of the last statements of a commit, as everybody who
  /// commits waits for the row from the update to the end of the transaction. So the order of `seq` is that of the
  /// commits.
  ///
  /// It gives the last `seq` and `store.lookup_end`.
  consuming func statement(newParcels: Int) -> PostgresStatement {
    finish()
    guard events > 0 || newParcels > 0 else {
      return PostgresStatement("SELECT sequence, lookup_end FROM store")
    }
    return PostgresStatement(
      """
      WITH counter AS (
        UPDATE store SET sequence = sequence + $1, events = events + $1, parcels = parcels + $2
        RETURNING sequence, lookup_end),
      written AS (
        INSERT INTO journal(first_seq, batch, first_place, events, received_at, min_time, max_time, wordings,
            sites, records)
          SELECT c.sequence - $1 + 1 + b.first, $3, b.first_place::int4, b.events::int4, $4, b.min_time,
            b.max_time, b.wordings, b.sites, b.records
          FROM counter c, unnest($5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[], $10::int8[],
            $11::int8[], $12::bytea[]) b(first, first_place, events, min_time, max_time, wordings, sites, records))
      SELECT sequence, lookup_end FROM counter
      """,
      [
        .integer(events), .integer(Int64(newParcels)), .integer(batch), .integer(receivedAt),
        .integers(offsets), .integers(firstPlaces), .integers(counts), .integers(minimums),
        .integers(maximums), .integers(wordings), .integers(sites), .blobs(records),
      ])
  }
}
