import Carrier
import GRDB
import ParcelStore

/// Finds parcels by order reference, postcode or account (see `ParcelSegments`).
///
/// An index on each would take 17 to 33 bytes per parcel. A question looks into each segment, reads the youngest
/// parcels, which are in none yet, and those whose order or postcode changed later (`parcel_late`).
struct ParcelLookup {
  typealias Field = ParcelSegments.Field

  private let db: Database

  init(_ db: Database) { self.db = db }

  /// The number of a row: field, segment, the hash of its first entry, and its place among rows with the same.
  private static func row(_ field: Field, _ segment: Int64, hash: UInt16, _ place: Int64) -> Int64 {
    field.rawValue << 46 | segment << 22 | Int64(hash) << 6 | place
  }

  // MARK: Writing

  /// How many segments are written: parcels below this number of segments are found through them.
  func segments() throws -> Int64 {
    // Each parcel has an account, so its field has a row for each segment.
    let last: Int64? = try db.value("SELECT max(id) FROM parcel_lookup")
    return last.map { ($0 >> 22 & (1 << 24 - 1)) + 1 } ?? 0
  }

  /// The first parcel that is in no segment. Numbers below are not given out again.
  func firstOpen() throws -> Int64 { try segments() << ParcelSegments.bits }

  /// Writes the segments that are full.
  /// - Parameter next: the number of the next new parcel; nil: after the last one.
  func writeSegments(next: Int64? = nil) throws {
    let next = try next ?? (db.value("SELECT max(id) FROM parcel") ?? 0) + 1
    var segment = try segments()
    while (segment + 1) << ParcelSegments.bits <= next {
      try write(segment)
      segment += 1
    }
  }

  /// Writes the segments of some parcels again, so that nothing of what these parcels had is left in them, nor in
  /// the late changes. What the segments' other parcels have now is in them then.
  func rewriteSegments(of parcels: [Int64]) throws {
    let written = try segments()
    for segment in Set(parcels.map { $0 >> ParcelSegments.bits }).sorted() where segment < written {
      for field in Field.allCases {
        try db.run(
          "DELETE FROM parcel_lookup WHERE id BETWEEN ? AND ?",
          [Self.row(field, segment, hash: 0, 0), Self.row(field, segment, hash: .max, 63)])
      }
      try write(segment)
      let first = segment << ParcelSegments.bits
      try db.run(
        "DELETE FROM parcel_late WHERE parcel BETWEEN ? AND ?",
        [first, first | ParcelSegments.placeMask])
    }
  }

  private func write(_ segment: Int64) throws {
    var builder = ParcelSegments.Builder()
    let select = try RawStatement(
      db,
      "SELECT id, account, order_reference, postcode FROM parcel WHERE id BETWEEN ? AND ? ORDER BY id"
    )
    let first = segment << ParcelSegments.bits
    select.bind(1, first)
    select.bind(2, first | ParcelSegments.placeMask)
    while try select.step() {
      let id = select.integer(0)
      builder.add(.account, ParcelSegments.hash(account: select.integer(1)), of: id)
      let (order, postcode) = (select.text(2), select.text(3))
      if order.count > 0 { builder.add(.order, ParcelSegments.hash(order), of: id) }
      if postcode.count > 0 { builder.add(.postcode, ParcelSegments.hash(postcode), of: id) }
    }
    select.reset()
    let insert = try RawStatement(db, "INSERT OR REPLACE INTO parcel_lookup VALUES(?, ?)")
    for field in Field.allCases {
      // Also where all its parcels are gone: the row says that the segment is written.
      for row in builder.rows(of: field) {
        insert.bind(1, Self.row(field, segment, hash: row.hash, row.place))
        try row.entries.withUnsafeBytes { buffer in
          insert.bind(2, blob: buffer)
          try insert.run()
        }
      }
    }
  }

  /// Notes the order and postcode that a parcel of a written segment has now.
  func noteLate(_ parcel: Int64) throws {
    guard
      let row = try db.row("SELECT order_reference, postcode FROM parcel WHERE id = ?", [parcel])
    else { return }
    for (field, column) in [(Field.order, 0), (.postcode, 1)] {
      guard let text: String = row[column] else { continue }
      try db.run(
        "INSERT OR IGNORE INTO parcel_late VALUES(?, ?)",
        [ParcelSegments.lateKey(field, ParcelSegments.hash(text.utf8)), parcel])
    }
  }

  // MARK: Asking

  /// Parcels that may have a value: all that have it are among them.
  /// - Parameter most: gives up where there are more.
  /// - Returns: nil when it gave up.
  func candidates(_ field: Field, _ hash: UInt16, most: Int) throws -> [Int64]? {
    var found = try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT parcel FROM parcel_late WHERE key = ? LIMIT ?"),
      arguments: [ParcelSegments.lateKey(field, hash), most &+ 1])
    try forEachRow(field, hash) { entries, first in
      ParcelSegments.forEachParcel(in: entries, hash, from: first) { found.append($0) }
      return found.count <= most
    }
    return found.count > most ? nil : found
  }

  /// Adds the runs of 256 parcels in which parcels may have a value that never changes.
  func addRuns(_ field: Field, _ hash: UInt16, to runs: inout Set<Int64>) throws {
    var last: Int64 = -1
    try forEachRow(field, hash) { entries, first in
      ParcelSegments.forEachParcel(in: entries, hash, from: first) { parcel in
        // They are in the order of their numbers.
        let run = parcel >> ParcelRangeWriter.blockBits
        if run == last { return }
        last = run
        runs.insert(run)
      }
      return true
    }
  }

  /// Gives the body the rows that may have entries with a hash, and the first parcel of their segment, until it
  /// returns false.
  private func forEachRow(
    _ field: Field, _ hash: UInt16, _ body: (UnsafeRawBufferPointer, Int64) -> Bool
  ) throws {
    let select = try RawStatement(
      db, "SELECT id, entries FROM parcel_lookup WHERE id BETWEEN ? AND ? ORDER BY id DESC")
    for segment in 0..<(try segments()) {
      select.bind(1, Self.row(field, segment, hash: 0, 0))
      select.bind(2, Self.row(field, segment, hash: hash, 63))
      while try select.step() {
        let first = UInt16(truncatingIfNeeded: select.integer(0) >> 6)
        guard body(select.blob(1), segment << ParcelSegments.bits) else {
          select.reset()
          return
        }
        // Rows before one that begins below have only lower hashes.
        if first < hash { break }
      }
      select.reset()
    }
  }
}
