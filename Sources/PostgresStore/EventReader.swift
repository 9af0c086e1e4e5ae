import Carrier
import ParcelStore
import Postgres
import Status

/// Reads events back: those of parcels, and those of the journal, with their texts.
struct EventReader {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  /// A block of the journal, decoded.
  struct Block {
    var firstSeq: Int64
    var batch: Int64
    var receivedAt: Int64
    var entries: [JournalBlock.Entry]

    var lastSeq: Int64 { firstSeq + Int64(entries.count) - 1 }

    init(_ row: PostgresRows.Row, from column: Int = 0) throws(PostgresFault) {
      firstSeq = row.integer(column)
      batch = row.integer(column + 1)
      receivedAt = row.integer(column + 2)
      let count = Int(row.integer(column + 3))
      guard let entries = JournalBlock.entries(of: row.bytes(column + 4), count: count) else {
        throw PostgresEventStore.damaged(
          "the block of the journal that begins with seq \(firstSeq) is damaged")
      }
      self.entries = entries
    }
  }

  /// The columns of a block.
  static let columns = "j.first_seq, j.batch, j.received_at, j.events, j.records"

  /// Asks for the blocks with the events of a number, under all its accounts: each block once, however many of the
  /// events are in it.
  static func blocks(of number: ParcelNumber) -> PostgresStatement {
    blocks(
      ofParcels: "SELECT id FROM parcel WHERE number = $1", .text(number.description))
  }

  /// The same of several numbers.
  static func blocks(of numbers: [String]) -> PostgresStatement {
    blocks(ofParcels: parcels("id"), .texts(numbers))
  }

  /// The parcels with the numbers of an array, each found by its key.
  static func parcels(_ columns: String) -> String {
    """
    SELECT p.* FROM unnest($1::text[]) n(number)
    CROSS JOIN LATERAL (SELECT \(columns) FROM parcel WHERE number = n.number OFFSET 0) p
    """
  }

  private static func blocks(
    ofParcels ids: String, _ value: PostgresValue
  ) -> PostgresStatement {
    // Not a join: of a month's table that is still empty a join's plan reads the index from end to end, also later.
    PostgresStatement(
      """
      SELECT DISTINCT \(columns) FROM event e CROSS JOIN LATERAL (
        SELECT * FROM journal
        WHERE batch = \(EventPlace.batch(of: "e.place")) AND first_place <= \(EventPlace.index(of: "e.place"))
        ORDER BY first_place DESC LIMIT 1) j
      WHERE e.parcel = ANY(ARRAY(\(ids)))
      """, [value])
  }

  /// All events of some parcels, in no particular order.
  /// - Parameter rows: blocks that have them all.
  func events(
    ofParcels parcels: [Int64: ParcelOfAccount], in rows: PostgresRows
  ) async throws(PostgresFault) -> [Int64: [StoredEvent]] {
    var places: [Place] = []
    for row in rows {
      let block = try Block(row)
      for (offset, entry) in block.entries.enumerated() where parcels[entry.parcel] != nil {
        places.append(Place(block, offset, entry))
      }
    }
    var found: [Int64: [StoredEvent]] = [:]
    for (place, event) in zip(places, try await stored(places, parcels)) {
      found[place.entry.parcel, default: []].append(event)
    }
    return found
  }

  /// An entry of the journal, and where it stands.
  struct Place {
    var seq: Int64
    var place: EventPlace
    var receivedAt: Int64
    var entry: JournalBlock.Entry

    init(_ block: Block, _ offset: Int, _ entry: JournalBlock.Entry) {
      seq = block.firstSeq + Int64(offset)
      place = EventPlace(batch: block.batch, index: Int(entry.index))
      receivedAt = block.receivedAt
      self.entry = entry
    }
  }

  // MARK: The journal

  /// The next entries after a `seq`, those left out that are no more, and up to where all blocks were read.
  func places(
    after seq: Int64, limit: Int
  ) async throws(PostgresFault) -> [Place] {
    guard seq < .max, limit > 0 else { return [] }
    var places: [Place] = []
    var reached = seq
    while places.count < limit {
      // A block has 128 events at most, mostly as many.
      let most = min(512, (limit - places.count) / JournalBlock.capacity + 2)
      let rows = try await db.run(
        """
        SELECT \(Self.columns) FROM journal j WHERE j.first_seq >= coalesce(
          (SELECT first_seq FROM journal WHERE first_seq <= $1 + 1 ORDER BY first_seq DESC LIMIT 1), 0)
        ORDER BY j.first_seq LIMIT $2
        """, [.integer(reached), .integer(Int64(most))])
      let before = reached
      for row in rows {
        let block = try Block(row)
        for (offset, entry) in block.entries.enumerated()
        where !entry.isRemoved && block.firstSeq + Int64(offset) > before {
          places.append(Place(block, offset, entry))
        }
        reached = max(reached, block.lastSeq)
      }
      if rows.count < most || reached == before { break }
    }
    return Array(places.prefix(limit))
  }

  // MARK: Texts

  /// The events of some places, in their order.
  /// - Parameter known: parcels that need not be looked up.
  func stored(
    _ places: [Place], _ known: [Int64: ParcelOfAccount] = [:]
  ) async throws(PostgresFault) -> [StoredEvent] {
    guard !places.isEmpty else { return [] }
    let texts = try await EventTexts(db, places, known)
    var events: [StoredEvent] = []
    events.reserveCapacity(places.count)
    for place in places { events.append(try texts.event(place)) }
    return events
  }
}
