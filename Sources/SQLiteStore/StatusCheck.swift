import Carrier
import GRDB
import ParcelStore
import Status

/// Whether the current status of each parcel is the one that its events say.
struct StatusCheck {
  private let db: Database
  private let receipts: ReceiptRuns
  private let meanings: [Int64: ParcelStatus]
  /// Parcels whose status still goes by the map before, while a remap is under way.
  private let pending: Range<Int64>

  /// What a parcel is, and since when.
  private struct Current: Equatable {
    var status: ParcelStatus
    var since: Int64
  }

  init(_ db: Database, _ receipts: ReceiptRuns) throws {
    self.db = db
    self.receipts = receipts
    let remap = try db.row(
      "SELECT next_parcel, last_parcel + 1 FROM status_map WHERE next_parcel NOT NULL ORDER BY id DESC LIMIT 1"
    )
    if let remap {
      let (next, end): (Int64, Int64) = (remap[0], remap[1])
      pending = next..<max(next, end)
    } else {
      pending = 0..<0
    }
    let rows = try Row.fetchAll(db, sql: "SELECT * FROM wording")
    meanings = Dictionary(
      rows.map { ($0["id"] as Int64, Meaning(row: $0).status) }, uniquingKeysWith: { $1 })
  }

  /// - Parameter range: of the parcels' numbers in the database.
  func run(_ range: ClosedRange<Int64>, _ check: inout StoreCheck) throws {
    var stored = try current(range)
    let rows = try RawStatement(
      db,
      """
      SELECT parcel, time, kind, wording, seq FROM event WHERE parcel BETWEEN ? AND ? ORDER BY parcel
      """)
    rows.bind(1, range.lowerBound)
    rows.bind(2, range.upperBound)
    defer { rows.reset() }
    var parcel: Int64?
    var entries: [Timeline.Entry] = []
    while try rows.step() {
      let next = rows.integer(0)
      if let parcel, parcel != next {
        try compare(parcel, entries, stored.removeValue(forKey: parcel), &check)
        entries.removeAll(keepingCapacity: true)
      }
      parcel = next
      let (wording, precision) = StoredPrecision.read(
        kind: rows.integer(2), wording: rows.integer(3))
      let seq = rows.integer(4)
      // An event that the journal lacks is a contradiction of its own.
      guard let receivedAt = receipts.time(ofSeq: seq) else { continue }
      entries.append(
        Timeline.Entry(
          time: EventTime(seconds: rows.integer(1), precision: precision), receivedAt: receivedAt,
          status: meanings[wording] ?? .unmapped, seq: seq))
    }
    if let parcel { try compare(parcel, entries, stored.removeValue(forKey: parcel), &check) }
    for parcel in stored.keys.sorted() {
      check.contradict("\(try name(parcel)) has a current status and no event")
    }
  }

  private func current(_ range: ClosedRange<Int64>) throws -> [Int64: Current] {
    let rows = try RawStatement(
      db, "SELECT parcel, position, wording FROM current WHERE parcel BETWEEN ? AND ?")
    rows.bind(1, range.lowerBound)
    rows.bind(2, range.upperBound)
    defer { rows.reset() }
    var current: [Int64: Current] = [:]
    while try rows.step() {
      current[rows.integer(0)] = Current(
        status: meanings[rows.integer(2)] ?? .unmapped,
        since: CurrentPosition(rawValue: rows.integer(1)).instant)
    }
    return current
  }

  private func compare(
    _ parcel: Int64, _ entries: [Timeline.Entry], _ stored: Current?, _ check: inout StoreCheck
  ) throws {
    guard !pending.contains(parcel), let index = Timeline.current(entries) else { return }
    let expected = Current(status: entries[index].status, since: entries[index].since())
    guard let stored else {
      return check.contradict("\(try name(parcel)) has events and no current status")
    }
    guard stored != expected else { return }
    check.contradict(
      "\(try name(parcel)) is \(text(stored)), and by its timeline \(text(expected))")
  }

  private func text(_ current: Current) -> String {
    "\(current.status.name) since \(WallClock.paris.rfc3339(seconds: current.since))"
  }

  private func name(_ id: Int64) throws -> String {
    let row = try db.row(
      """
      SELECT p.number, a.account_id FROM parcel p JOIN account a ON a.id = p.account WHERE p.id = ?
      """, [id])
    guard let row else { return "parcel number \(id) of the database, which is missing," }
    return "parcel \(row[0] as String) of \(row[1] as String)"
  }
}
