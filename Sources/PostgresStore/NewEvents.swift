import Carrier
import ParcelStore
import Postgres

/// Writes the events of a run of parts that the store does not have yet, and what they do to their parcels.
///
/// Whatever is made here of many rows is made piece by piece, while the server takes in the piece before.
///
/// The parcels are locked as late as can be: first the events are put in, which takes the most time and is in nobody's
/// way, then statuses are read, locked and written. So two workers with the same parcels work side by side for the
/// larger part. Events are put in, and parcels locked, in the order of their numbers, so neither waits for the other
/// in a circle.
struct NewEvents {
  private let db: PostgresConnection
  private let rows: EventRows
  /// Of each count.
  private let files: [FileID]
  private let receivedAt: Int64

  private(set) var counts: [FileCounts]
  private(set) var journal: JournalRows
  private(set) var ranges = RangeRows()
  /// By wording.
  private(set) var byWording: [Int64: Int64] = [:]
  /// Wordings that the map does not know, with their codes.
  private(set) var unmapped: [Int64: Int64] = [:]
  /// Whether the row of a known parcel changed.
  private(set) var changesParcels = false
  private var ambiguous: (places: [Int64], texts: [String]) = ([], [])

  init(
    _ db: PostgresConnection, _ rows: EventRows, of files: [FileID], counts: [FileCounts],
    receivedAt: Int64
  ) {
    self.db = db
    self.rows = rows
    self.files = files
    self.counts = counts
    self.receivedAt = receivedAt
    journal = JournalRows(batch: 0, receivedAt: receivedAt)
  }

  /// Copies the rows to the server; an event that is there already is a repeat.
  mutating func write(_ state: inout WriterState) async throws {
    var counts = counts
    let order = rows.distinct { counts[Int($0.part)].eventsRepeated += 1 }
    self.counts = counts
    guard !order.isEmpty else { return }
    guard order.count < EventPlace.most else {
      throw PostgresEventStore.damaged("a commit has more rows than \(EventPlace.most)")
    }
    let coarse = try await stage(order)
    let batch = try await db.integer("SELECT nextval('batch_number')") ?? 0
    let isNew = try await insert(order.count, batch: batch)
    var statuses = try await StatusPass(
      db, rows.parcels, coarse: coarse, said: rows.sayers, receivedAt: receivedAt)
    changesParcels = try await rows.writeDetails(db, &statuses, &state)
    journal = JournalRows(batch: batch, receivedAt: receivedAt)
    try await apply(order, isNew, batch: batch, &statuses)
    guard !ambiguous.places.isEmpty else { return }
    try await db.run(
      "INSERT INTO ambiguous_time SELECT * FROM unnest($1::int8[], $2::text[])",
      [.integers(ambiguous.places), .texts(ambiguous.texts)])
  }

  /// - Returns: the places of parcels of which a row has no time of day.
  private func stage(_ order: [UInt32]) async throws(PostgresFault) -> Set<Int> {
    var coarse: Set<Int> = []
    try await Staging.copy(db, "staged_event", columns: 6, rows: order.count) { index, copy in
      let row = rows.rows[Int(order[index])]
      let wording = rows.wordings[Int(row.wording)]
      copy.add(rows.parcels[Int(row.parcel)])
      copy.add(row.time)
      copy.add(Int32(index))
      copy.add(Int32(StoredPrecision.kind(code: wording.code, row.precision)))
      copy.add(row.site)
      copy.add(Int32(StoredPrecision.wording(wording.id, row.precision)))
      if row.isCoarse { coarse.insert(Int(row.parcel)) }
    }
    return coarse
  }

  /// - Returns: for each row whether it was not there already.
  private func insert(_ count: Int, batch: Int64) async throws(PostgresFault) -> [Bool] {
    let inserted = try await db.run(
      """
      INSERT INTO event(parcel, time, place, kind, site, wording)
        SELECT parcel, time, $1 + ord, kind, site, wording FROM staged_event
      ON CONFLICT DO NOTHING RETURNING (place - $1)::int4
      """, [.integer(EventPlace(batch: batch, index: 0).rawValue)])
    var isNew = [Bool](repeating: inserted.count == count, count: count)
    if inserted.count < count { for row in inserted { isNew[Int(row.integer(0))] = true } }
    return isNew
  }

  // MARK: Statuses

  /// Brings the statuses up to date.
  private mutating func apply(
    _ order: [UInt32], _ isNew: [Bool], batch: Int64, _ statuses: inout StatusPass
  ) async throws {
    var ready: [PostgresStatement] = []
    for piece in Staging.pieces(of: order.count) {
      let (db, statements) = (db, ready)
      async let fault = db.fault(of: statements)
      for index in piece {
        try apply(Int(order[index]), at: index, isNew: isNew[index], batch: batch, &statuses)
      }
      ready = statuses.takeStatements()
      if let fault = await fault { throw fault }
    }
    let last = statuses.finish()
    ranges = last.ranges
    try await db.run(ready + last.statements)
  }

  private mutating func apply(
    _ place: Int, at index: Int, isNew: Bool, batch: Int64, _ statuses: inout StatusPass
  ) throws {
    let row = rows.rows[place]
    let part = Int(row.part)
    guard isNew else {
      counts[part].eventsRepeated += 1
      return
    }
    counts[part].eventsNew += 1
    let wording = rows.wordings[Int(row.wording)]
    let effect = try statuses.apply(row, wording, order: Int64(index))
    journal.append(
      JournalBlock.Entry(
        index: Int64(index), parcel: rows.parcels[Int(row.parcel)], seconds: row.time,
        precision: row.precision, wording: wording.id, site: Int64(row.site),
        file: files[part].rawValue, line: Int64(row.line), effect: effect))
    byWording[wording.id, default: 0] += 1
    if !wording.isMapped { unmapped[wording.id] = wording.code }
    guard row.isAmbiguous else { return }
    ambiguous.places.append(EventPlace(batch: batch, index: index).rawValue)
    ambiguous.texts.append(
      rows.ambiguousTimes[EventRows.Key(part: row.part, line: row.line)] ?? "")
  }
}
