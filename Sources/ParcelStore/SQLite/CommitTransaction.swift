import Contract
import GRDB
import Status
import TrackingFile

/// Appends one group: turns records into rows of numbers, sorts them by parcel, inserts them, and
/// keeps statuses, journal, held rows, rejects, feeds and ledger in step.
///
/// Everything here runs inside one transaction on the writer's connection.
struct CommitTransaction {
  private let db: Database
  private let receivedAt: Int64
  private var state: WriterState
  private var report = CommitReport()
  /// The row of the ledger of each part, and what became of its lines.
  private var files: [FileID] = []
  private var counts: [FileCounts] = []
  private var feeds = FeedTouches()

  private let parcels: ParcelResolver
  private let wordings: WordingResolver
  private var rows: [EventRow] = []
  /// The texts of times that a rule had to decide, until their events have a `seq`.
  private var ambiguous: [RowPlace: String] = [:]
  /// Parcels from this number on were made by the run of parts in hand.
  private var firstNewParcel: Int64

  private struct RowPlace: Hashable {
    var part: Int32
    var line: UInt32
  }

  init(
    _ db: Database, state: consuming WriterState, receivedAt: Int64, statusMap: StatusMap
  ) throws {
    self.db = db
    firstNewParcel = state.nextParcel
    self.state = state
    self.receivedAt = receivedAt
    self.state.prepare(statusMap: statusMap)
    parcels = try ParcelResolver(db)
    wordings = WordingResolver(db, statusMap: statusMap)
  }

  /// Runs the whole group.
  mutating func run(_ group: consuming CommitGroup) throws -> (CommitReport, WriterState) {
    rows.reserveCapacity(group.rows)
    while var parts = group.popRun() { try append(&parts) }
    report.lastSeq = state.nextSeq - 1
    return (report, state)
  }

  /// Appends parts of which none begins a file again.
  private mutating func append(_ parts: inout [FilePart]) throws {
    firstNewParcel = state.nextParcel
    rows.removeAll(keepingCapacity: true)
    ambiguous.removeAll()
    files = try parts.map { try Ledger.fileID(db, of: $0) }
    counts = Array(repeating: FileCounts(), count: parts.count)
    for index in parts.indices {
      // Taken out one by one: a batch takes five times the memory of its rows, which go on without it.
      parts[index].batches.reverse()
      while let batch = parts[index].batches.popLast() {
        try resolve(batch, part: index)
        try keepUnread(batch, part: index)
      }
    }
    rows.sort(by: EventRow.precedes)
    try insertRows()
    try feeds.write(db, receivedAt: receivedAt, accounts: state.accounts)
    for (index, part) in parts.enumerated() {
      try Ledger.add(db, counts[index], end: part.end, to: files[index], at: receivedAt)
    }
    report.counts += counts
  }

  /// Turns the admitted records of a batch into rows of numbers.
  private mutating func resolve(_ gated: GatedBatch, part: Int) throws {
    let batch = gated.batch
    state.prepare(encoding: batch.encoding)
    try batch.bytes.withUnsafeBytes { bytes in
      for admitted in gated.admitted {
        let record = batch.records[Int(admitted.index)]
        let account = try accountID(record.account)
        let parcel = try parcels.id(
          of: record, in: batch, bytes, account: account, state: &state)
        let wording = try wordings.wording(
          of: record, in: batch, bytes, state: &state)
        let site = try wordings.site(of: record, in: batch, bytes, state: &state)
        feeds.note(gated.services[Int(admitted.service.index)], record.account)
        let row = EventRow(
          record, parcel: parcel, wording: wording, site: site, part: Int32(part))
        rows.append(row)
        if record.time.isAmbiguous {
          ambiguous[RowPlace(part: row.part, line: row.line)] = batch.text(record.date)
        }
      }
    }
    counts[part].rows += batch.rows
    counts[part].skipped += gated.skipped
  }

  private mutating func accountID(_ pair: AccountPair) throws -> Int64 {
    if let id = state.accounts[pair] { return id }
    let id = try Ledger.accountID(db, pair)
    state.accounts[pair] = id
    return id
  }

  /// Keeps the rows that may not come in and the lines that can't be read.
  private mutating func keepUnread(_ gated: GatedBatch, part: Int) throws {
    let batch = gated.batch
    let file = files[part]
    if !gated.held.isEmpty {
      let insert = try RawStatement(db, "INSERT OR REPLACE INTO held VALUES(?, ?, ?, ?, ?, ?, 0)")
      try batch.bytes.withUnsafeBytes { bytes in
        for held in gated.held {
          let record = batch.records[Int(held.index)]
          insert.bind(1, file.rawValue)
          insert.bind(2, Int64(record.line))
          insert.bind(3, try accountID(record.account))
          insert.bind(4, copying: held.reason.rawValue)
          insert.bind(5, receivedAt)
          insert.bind(6, blob: bytes.slice(record.raw))
          try insert.run()
        }
      }
      counts[part].held += gated.held.count
    }
    if !batch.malformed.isEmpty {
      let insert = try RawStatement(db, "INSERT OR REPLACE INTO reject VALUES(?, ?, ?, ?)")
      for line in batch.malformed {
        insert.bind(1, file.rawValue)
        insert.bind(2, Int64(line.line))
        insert.bind(3, copying: line.reason.rawValue)
        try line.raw.withUnsafeBytes { raw in
          insert.bind(4, blob: raw)
          try insert.run()
        }
      }
      counts[part].rejected += batch.malformed.count
    }
  }

  /// Inserts the sorted rows; what is there already is a repeat.
  private mutating func insertRows() throws {
    let insert = try RawStatement(
      db, "INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
    var journal = try JournalWriter(db, nextSeq: state.nextSeq, receivedAt: receivedAt)
    var statuses = try StatusWriter(
      db, firstNewParcel: firstNewParcel, firstNewSeq: state.nextSeq, receivedAt: receivedAt)
    var eventsOfWording: [Int32: Int64] = [:]
    var unmapped: Set<Int32> = []
    var previous: EventRow?
    for row in rows {
      let part = Int(row.part)
      // A repeat inside the group need not ask the table.
      let isRepeat = previous.map(row.isSameEvent) ?? false
      previous = row
      if isRepeat {
        counts[part].eventsRepeated += 1
        continue
      }
      insert.bind(1, row.parcel)
      insert.bind(2, row.time)
      insert.bind(3, Int64(row.grain))
      insert.bind(4, Int64(row.code))
      insert.bind(5, Int64(row.site))
      insert.bind(6, Int64(row.wording))
      insert.bind(7, journal.nextSeq)
      insert.bind(8, Int64(row.precision))
      guard try insert.run() > 0 else {
        counts[part].eventsRepeated += 1
        continue
      }
      counts[part].eventsNew += 1
      eventsOfWording[row.wording, default: 0] += 1
      if !row.isMapped { unmapped.insert(row.wording) }
      if row.isAmbiguous { try keepText(of: row, seq: journal.nextSeq) }
      try journal.append(
        parcel: row.parcel, file: files[part].rawValue, line: Int64(row.line))
      try statuses.note(row, state: &state)
    }
    try statuses.finish(state: &state)
    try journal.finish()
    state.nextSeq = journal.nextSeq
    // One by one: of several wordings of a code that is new the first is told.
    for (wording, events) in eventsOfWording.sorted(by: { $0.key < $1.key }) {
      if unmapped.contains(wording), let new = try wordings.newlyUnmapped(Int64(wording)) {
        report.newUnmapped.append(new)
      }
      try db.execute(
        sql: "UPDATE wording SET events = events + ? WHERE id = ?",
        arguments: [events, Int64(wording)])
    }
  }

  private func keepText(of row: EventRow, seq: Int64) throws {
    let text = ambiguous[RowPlace(part: row.part, line: row.line)]
    try db.execute(
      sql: "INSERT INTO ambiguous_time VALUES(?, ?)", arguments: [seq, text ?? ""])
  }
}

extension CommitGroup {
  /// Takes out the parts up to the first that begins a file which stands before it: which row of the
  /// ledger that one gets depends on how the reading before it ended.
  /// - Returns: nil when no part is left.
  fileprivate mutating func popRun() -> [FilePart]? {
    guard !parts.isEmpty else { return nil }
    var paths: Set<String> = []
    let end = parts.firstIndex { part in
      if part.isFirst, paths.contains(part.file.path) { return true }
      paths.insert(part.file.path)
      return false
    }
    let run = Array(parts[..<(end ?? parts.endIndex)])
    parts.removeFirst(run.count)
    return run
  }
}
