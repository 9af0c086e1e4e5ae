import Carrier
import Foundation
import GRDB
import ParcelStore
import Status

/// Reads events back: joins a row of the table with its place in the journal and its texts.
struct EventReader {
  let db: Database
  private var wordings: [Int64: (Wording, Meaning)] = [:]
  private var sites: [Int64: String?] = [:]
  private var files: [Int64: (source: String?, path: String)] = [:]
  private var parcels: [Int64: ParcelOfAccount] = [:]
  private var accounts: [Int64: AccountPair] = [:]
  /// The block of the journal that was decoded last.
  private var block: Block?

  struct Block {
    var firstSeq: Int64
    var receivedAt: Int64
    var entries: [JournalBlock.Entry]

    func entry(_ seq: Int64) -> JournalBlock.Entry? {
      let index = Int(seq - firstSeq)
      return entries.indices.contains(index) ? entries[index] : nil
    }
  }

  static let columns = """
    SELECT time, kind, site, wording, seq,
      (SELECT text FROM ambiguous_time a WHERE a.seq = event.seq) AS text
    FROM event
    """

  init(_ db: Database) { self.db = db }

  /// All events of one parcel, in no particular order.
  mutating func events(
    ofParcel id: Int64, _ parcel: ParcelOfAccount
  ) throws -> [StoredEvent] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "\(Self.columns) WHERE parcel = ? ORDER BY seq"), arguments: [id])
    var events: [StoredEvent] = []
    while let row = try rows.next() { events.append(try event(row, parcel)) }
    return events
  }

  /// Events in the order of `seq`.
  mutating func events(after seq: Int64, limit: Int) throws -> [StoredEvent] {
    guard seq < .max else { return [] }
    var events: [StoredEvent] = []
    var next = seq + 1
    while events.count < limit, let block = try load(atOrAfter: next) {
      let first = Int(max(0, next - block.firstSeq))
      let run = block.entries[first...].prefix(limit - events.count)
      let firstSeq = block.firstSeq + Int64(first)
      try append(run, firstSeq, &events)
      next = firstSeq + Int64(run.count)
    }
    return events
  }

  /// Appends a run of a block; its events lie parcel by parcel.
  private mutating func append(
    _ run: ArraySlice<JournalBlock.Entry>, _ firstSeq: Int64, _ events: inout [StoredEvent]
  ) throws {
    let rows = try RawStatement(
      db, "\(Self.columns) WHERE parcel = ? AND seq BETWEEN ? AND ? ORDER BY seq")
    var index = run.startIndex
    while index < run.endIndex {
      let parcel = run[index].parcel
      let end = run[index...].firstIndex { $0.parcel != parcel } ?? run.endIndex
      let from = firstSeq + Int64(index - run.startIndex)
      if run[index].isRemoved {
        index = end
        continue
      }
      let owner = try parcelOfAccount(parcel)
      rows.bind(1, parcel)
      rows.bind(2, from)
      rows.bind(3, from + Int64(end - index) - 1)
      defer { rows.reset() }
      while try rows.step() { events.append(try event(EventColumns(rows), owner)) }
      index = end
    }
  }

  mutating func event(_ row: Row, _ parcel: ParcelOfAccount) throws -> StoredEvent {
    try event(EventColumns(row), parcel)
  }

  private mutating func event(
    _ row: EventColumns, _ parcel: ParcelOfAccount
  ) throws -> StoredEvent {
    if block?.entry(row.seq) == nil { _ = try load(atOrBefore: row.seq) }
    guard let block, let entry = block.entry(row.seq) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "event \(row.seq) is not in the journal")
    }
    let (id, precision) = StoredPrecision.read(kind: row.kind, wording: row.wording)
    let (wording, meaning) = try wording(id)
    let file = try file(entry.file)
    var event = StoredEvent(
      seq: row.seq, parcel: parcel,
      time: EventTime(seconds: row.time, precision: precision, isAmbiguous: row.text != nil),
      wording: wording,
      origin: EventOrigin(
        source: file.source, file: file.path, line: Int(entry.line), receivedAt: block.receivedAt))
    event.timeText = row.text
    event.meaning = meaning
    event.site = try site(row.site)
    event.effect = entry.effect
    return event
  }

  // MARK: The journal

  mutating func load(atOrBefore seq: Int64) throws -> Block? {
    try load("SELECT * FROM journal WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1", seq)
  }

  /// The block that holds `seq`, or the first one after it.
  private mutating func load(atOrAfter seq: Int64) throws -> Block? {
    if let block = try load(atOrBefore: seq), seq < block.firstSeq + Int64(block.entries.count) {
      return block
    }
    return try load("SELECT * FROM journal WHERE first_seq >= ? ORDER BY first_seq LIMIT 1", seq)
  }

  private mutating func load(_ sql: String, _ seq: Int64) throws -> Block? {
    guard let row = try db.row(sql, [seq]) else { return nil }
    guard
      let entries = JournalBlock.entries(of: Array(row["records"] as Data), count: row["events"])
    else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a block of the journal is damaged")
    }
    block = Block(firstSeq: row["first_seq"], receivedAt: row["received_at"], entries: entries)
    return block
  }

  // MARK: Texts

  private mutating func wording(_ id: Int64) throws -> (Wording, Meaning) {
    if let known = wordings[id] { return known }
    let row = try db.row("SELECT * FROM wording WHERE id = ?", [id])
    let read = row.map { (Wording(row: $0), Meaning(row: $0)) }
    let wording = read ?? (Wording(code: nil, label: nil), .unmapped)
    wordings[id] = wording
    return wording
  }

  private mutating func site(_ id: Int64) throws -> String? {
    if let known = sites[id] { return known }
    let name: String? = try db.value("SELECT name FROM site WHERE id = ?", [id])
    let site = name.flatMap { $0.isEmpty ? nil : $0 }
    sites[id] = .some(site)
    return site
  }

  mutating func file(_ id: Int64) throws -> (source: String?, path: String) {
    if let known = files[id] { return known }
    let row = try db.row(
      """
      SELECT path, nullif(name, '') AS source
      FROM file LEFT JOIN source ON source.id = file.source WHERE file.id = ?
      """, [id])
    let file: (source: String?, path: String) = (row?["source"], row?["path"] ?? "")
    files[id] = file
    return file
  }

  mutating func parcelOfAccount(_ id: Int64) throws -> ParcelOfAccount {
    if let known = parcels[id] { return known }
    let row = try RawStatement(db, "SELECT number, account FROM parcel WHERE id = ?")
    row.bind(1, id)
    defer { row.reset() }
    guard try row.step(),
      let number = ParcelNumber(any: String(decoding: row.text(0), as: UTF8.self)),
      let account = try account(row.integer(1))
    else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "parcel \(id) is missing")
    }
    // A follower that starts from the first event meets all parcels, which must not fill the
    // memory.
    if parcels.count > 10_000 { parcels.removeAll() }
    let parcel = ParcelOfAccount(number: number, account: account)
    parcels[id] = parcel
    return parcel
  }

  private mutating func account(_ id: Int64) throws -> AccountPair? {
    if let known = accounts[id] { return known }
    let row = try db.row("SELECT account, account_id FROM account WHERE id = ?", [id])
    let account = row.flatMap { AccountPair(account: $0[0], accountID: $0[1]) }
    if let account { accounts[id] = account }
    return account
  }
}
