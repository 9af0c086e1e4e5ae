import Carrier
import ParcelStore
import Postgres

/// Whether the journal has exactly the events of the table: each place with its parcel, time, site and wording.
///
/// Both are read once and summed up by ranges of batches, so that memory stays flat and a difference can be placed.
struct JournalCheck {
  private let db: PostgresConnection

  /// Batches of one range have these bits above the lower 6: some hundred thousand events.
  private static let rangeBits: Int64 = 6
  /// Blocks that are read at once: some megabytes.
  private static let blocksAtOnce = 2_000

  /// What one side says of a range.
  private struct Sum {
    var events: Int64 = 0
    var marks: Int64 = 0
    /// The `seq` that the journal has there.
    var first = Int64.max
    var last = Int64.min

    func agrees(with other: Sum) -> Bool { events == other.events && marks == other.marks }
  }

  init(_ db: PostgresConnection) { self.db = db }

  func run(_ check: inout StoreCheck) async throws(PostgresFault) {
    let journal = try await journal(&check)
    let events = try await events()
    for range in Set(journal.keys).union(events.keys).sorted() {
      let (left, right) = (journal[range] ?? Sum(), events[range] ?? Sum())
      guard !left.agrees(with: right) else { continue }
      let first = range << Self.rangeBits
      let place =
        left.first <= left.last
        ? "events with seq \(left.first) to \(left.last)"
        : "events of the batches \(first) to \(first + 1 << Self.rangeBits - 1)"
      check.contradict(
        "\(place): the journal has \(left.events), the table \(right.events)"
          + (left.events == right.events ? ", of other parcels or contents" : ""))
    }
  }

  private func journal(
    _ check: inout StoreCheck
  ) async throws(PostgresFault) -> [Int64: Sum] {
    var sums: [Int64: Sum] = [:]
    var (last, next) = (Int64.min, Int64.min)
    while true {
      let rows = try await db.run(
        """
        SELECT first_seq, batch, events, records FROM journal WHERE first_seq > $1
        ORDER BY first_seq LIMIT $2
        """, [.integer(last), .integer(Int64(Self.blocksAtOnce))])
      for row in rows {
        let (first, batch, count) = (row.integer(0), row.integer(1), Int(row.integer(2)))
        if first < next { check.contradict("the journal has seq \(first) twice") }
        (last, next) = (first, first + Int64(count))
        guard let entries = JournalBlock.entries(of: row.bytes(3), count: count) else {
          check.contradict("the block of the journal that begins with seq \(first) is damaged")
          continue
        }
        var sum = sums[batch >> Self.rangeBits] ?? Sum()
        for (offset, entry) in entries.enumerated() where !entry.isRemoved {
          sum.events += 1
          sum.marks += EventMark.mark(of: entry, batch: batch)
          sum.first = min(sum.first, first + Int64(offset))
          sum.last = max(sum.last, first + Int64(offset))
        }
        sums[batch >> Self.rangeBits] = sum
      }
      if rows.count < Self.blocksAtOnce { return sums }
    }
  }

  private func events() async throws(PostgresFault) -> [Int64: Sum] {
    let answers = try await db.run([
      // The server takes each place for a range of its own, and would sort all events.
      PostgresStatement("SELECT set_config('enable_sort', 'off', true)"),
      PostgresStatement(
        """
        SELECT \(EventPlace.batch(of: "place")) >> \(Self.rangeBits), count(*),
          sum(\(EventMark.sql))::int8 FROM event GROUP BY 1
        """),
    ])
    var sums: [Int64: Sum] = [:]
    for row in answers[1] {
      sums[row.integer(0)] = Sum(events: row.integer(1), marks: row.integer(2))
    }
    return sums
  }
}

/// A number that two different events of one range hardly share. It is small, so that the sum of all those of a range
/// is a `bigint`, and depends on the place: otherwise two parcels that changed places would not be noticed.
private enum EventMark {
  private static let prime: Int64 = 2_147_483_647
  /// Below 2^28, so that no sum of products overflows.
  private static let factors: [Int64] = [
    198_491_329, 120_569_219, 254_214_091, 67_867_967, 24_036_583,
  ]

  static func mark(of entry: JournalBlock.Entry, batch: Int64) -> Int64 {
    let place = EventPlace(batch: batch, index: Int(entry.index)).rawValue
    let columns = [
      entry.parcel, entry.seconds, entry.site,
      StoredPrecision.wording(entry.wording, entry.precision), Int64(entry.precision.grain),
    ]
    let sum = zip(columns, factors).reduce(0) { $0 + $1.0 % prime * $1.1 }
    return sum % prime * (place % prime + 1) % prime
  }

  /// The same of a row of events.
  static let sql: String = {
    let columns = ["parcel", "time", "site::int8", "wording::int8", "(kind & 3)::int8"]
    let sum = zip(columns, factors).map { "\($0) % \(prime) * \($1)" }.joined(separator: " + ")
    return "(\(sum)) % \(prime) * (place % \(prime) + 1) % \(prime)"
  }()
}
