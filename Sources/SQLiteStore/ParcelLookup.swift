import Carrier
import GRDB
import ParcelStore

/// Finds parcels by order reference, postcode or account.
///
/// An index on each would take 17 to 33 bytes per parcel and change a page per new parcel. Instead, whenever a
/// segment of 32,768 parcels is full, it is written once and in order: for each field a sorted list of
/// four bytes per parcel, two of a hash and two of the parcel's place in the segment, cut into rows of about a
/// page. A question looks into each segment, reads the youngest parcels, which are in none yet, and those whose
/// order or postcode changed later (`parcel_late`). Hashes collide, so what is found has to be compared.
struct ParcelLookup {
  enum Field: Int64, CaseIterable { case order, postcode, account }

  private let db: Database

  /// As a power of two.
  private static let segmentBits: Int64 = 15
  static let segmentLength: Int64 = 1 << segmentBits
  private static let placeMask: Int64 = 1 << segmentBits - 1
  /// Entries of one row: a page of the database.
  private static let rowLength = 1_000

  init(_ db: Database) { self.db = db }

  // MARK: Keys

  /// The same for texts that only differ in the case of ASCII letters. It is stored, so it never changes.
  static func hash(_ text: some Sequence<UInt8>) -> UInt16 {
    var hash: UInt32 = 0x811c_9dc5
    for byte in text {
      let isUpper = byte &- UInt8(ascii: "A") < 26
      hash = (hash ^ UInt32(isUpper ? byte | 0x20 : byte)) &* 0x0100_0193
    }
    return UInt16(truncatingIfNeeded: hash ^ hash >> 16)
  }

  static func hash(account: Int64) -> UInt16 { UInt16(truncatingIfNeeded: account) }

  /// The number of a row: field, segment, the hash of its first entry, and its place among rows with the same.
  private static func row(_ field: Field, _ segment: Int64, hash: UInt16, _ place: Int64) -> Int64 {
    field.rawValue << 46 | segment << 22 | Int64(hash) << 6 | place
  }

  private static func lateKey(_ field: Field, _ hash: UInt16) -> Int64 {
    field.rawValue << 16 | Int64(hash)
  }

  // MARK: Writing

  /// How many segments are written: parcels below this number of segments are found through them.
  func segments() throws -> Int64 {
    // Each parcel has an account, so its field has a row for each segment.
    let last: Int64? = try db.value("SELECT max(id) FROM parcel_lookup")
    return last.map { ($0 >> 22 & (1 << 24 - 1)) + 1 } ?? 0
  }

  /// The first parcel that is in no segment. Numbers below are not given out again.
  func firstOpen() throws -> Int64 { try segments() << Self.segmentBits }

  /// Writes the segments that are full.
  /// - Parameter next: the number of the next new parcel; nil: after the last one.
  func writeSegments(next: Int64? = nil) throws {
    let next = try next ?? (db.value("SELECT max(id) FROM parcel") ?? 0) + 1
    var segment = try segments()
    while (segment + 1) << Self.segmentBits <= next {
      try write(segment)
      segment += 1
    }
  }

  /// Writes the segments of some parcels again, so that nothing of what these parcels had is left in them, nor in
  /// the late changes. What the segments' other parcels have now is in them then.
  func rewriteSegments(of parcels: [Int64]) throws {
    let written = try segments()
    for segment in Set(parcels.map { $0 >> Self.segmentBits }).sorted() where segment < written {
      for field in Field.allCases {
        try db.run(
          "DELETE FROM parcel_lookup WHERE id BETWEEN ? AND ?",
          [Self.row(field, segment, hash: 0, 0), Self.row(field, segment, hash: .max, 63)])
      }
      try write(segment)
      let first = segment << Self.segmentBits
      try db.run(
        "DELETE FROM parcel_late WHERE parcel BETWEEN ? AND ?", [first, first | Self.placeMask])
    }
  }

  private func write(_ segment: Int64) throws {
    var entries: [[UInt32]] = Field.allCases.map { _ in [] }
    for field in Field.allCases {
      entries[Int(field.rawValue)].reserveCapacity(1 << Self.segmentBits)
    }
    let select = try RawStatement(
      db,
      "SELECT id, account, order_reference, postcode FROM parcel WHERE id BETWEEN ? AND ? ORDER BY id"
    )
    let first = segment << Self.segmentBits
    select.bind(1, first)
    select.bind(2, first | Self.placeMask)
    while try select.step() {
      let place = UInt32(select.integer(0) & Self.placeMask)
      func add(_ field: Field, _ hash: UInt16) {
        entries[Int(field.rawValue)].append(UInt32(hash) << 16 | place)
      }
      add(.account, Self.hash(account: select.integer(1)))
      let (order, postcode) = (select.text(2), select.text(3))
      if order.count > 0 { add(.order, Self.hash(order)) }
      if postcode.count > 0 { add(.postcode, Self.hash(postcode)) }
    }
    select.reset()
    let insert = try RawStatement(db, "INSERT OR REPLACE INTO parcel_lookup VALUES(?, ?)")
    for field in Field.allCases {
      try write(entries[Int(field.rawValue)].sorted(), field, segment, insert)
    }
  }

  private func write(
    _ entries: [UInt32], _ field: Field, _ segment: Int64, _ insert: RawStatement
  ) throws {
    var place: Int64 = 0
    var former: UInt16?
    // Also where all its parcels are gone: the row says that the segment is written.
    for start in stride(from: 0, through: max(0, entries.count - 1), by: Self.rowLength) {
      let run = entries[start..<min(start + Self.rowLength, entries.count)]
      let hash = UInt16(truncatingIfNeeded: (run.first ?? 0) >> 16)
      place = hash == former ? place + 1 : 0
      former = hash
      var bytes: [UInt8] = []
      bytes.reserveCapacity(run.count * 4)
      for entry in run { withUnsafeBytes(of: entry.bigEndian) { bytes += $0 } }
      insert.bind(1, Self.row(field, segment, hash: hash, place))
      try bytes.withUnsafeBytes { buffer in
        insert.bind(2, blob: buffer)
        try insert.run()
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
        [Self.lateKey(field, Self.hash(text.utf8)), parcel])
    }
  }

  // MARK: Asking

  /// Parcels that may have a value: all that have it are among them.
  /// - Parameter most: gives up where there are more.
  /// - Returns: nil when it gave up.
  func candidates(_ field: Field, _ hash: UInt16, most: Int) throws -> [Int64]? {
    var found = try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT parcel FROM parcel_late WHERE key = ? LIMIT ?"),
      arguments: [Self.lateKey(field, hash), most &+ 1])
    try forEachRow(field, hash) { entries, first in
      Self.forEachParcel(entries, hash, from: first) { found.append($0) }
      return found.count <= most
    }
    return found.count > most ? nil : found
  }

  /// Adds the runs of 256 parcels in which parcels may have a value that never changes.
  func addRuns(_ field: Field, _ hash: UInt16, to runs: inout Set<Int64>) throws {
    var last: Int64 = -1
    try forEachRow(field, hash) { entries, first in
      Self.forEachParcel(entries, hash, from: first) { parcel in
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
        guard body(select.blob(1), segment << Self.segmentBits) else {
          select.reset()
          return
        }
        // Rows before one that begins below have only lower hashes.
        if first < hash { break }
      }
      select.reset()
    }
  }

  /// Gives the body the parcels of a row whose entries have a hash.
  private static func forEachParcel(
    _ entries: UnsafeRawBufferPointer, _ hash: UInt16, from first: Int64, _ body: (Int64) -> Void
  ) {
    func entry(_ index: Int) -> UInt32 {
      UInt32(bigEndian: entries.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }
    let count = entries.count / 4
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if entry(middle) >> 16 < UInt32(hash) { low = middle + 1 } else { high = middle }
    }
    while low < count, entry(low) >> 16 == UInt32(hash) {
      body(first | Int64(entry(low) & 0xffff))
      low += 1
    }
  }
}
