import Contract
import GRDB
import ParcelStore
import Status
import TrackingFile

/// Appends one group: turns events into rows of numbers, inserts them in the order of the table,
/// and brings statuses, journal, held rows, rejects, feeds and ledger up to date.
///
/// Everything here runs inside one transaction on the writer's connection.
struct CommitTransaction {
  private let db: Database
  private let committedAt: Int64
  /// When the rows of the parts came that are being appended.
  private var receivedAt: Int64
  private var state: WriterState
  private let reader: ReaderNumber
  private var sequence: SequenceCounter
  private var report = CommitReport()
  /// For each part: its file's row in the ledger, and what became of its lines.
  private var files: [FileID] = []
  private var counts: [FileCounts] = []
  /// Where in `counts`, after the parts' own counts, held rows of a part are counted that are from a reading
  /// which broke off.
  private var staleIndexes: [Int: Int] = [:]
  private var feeds = FeedTouches()
  private var heldRows: HeldWriter
  private var skippedRows = SkippedWriter()
  /// Lines that would have brought erased data back.
  private var erasedLines: [(file: FileID, line: UInt32)] = []

  init(
    _ db: Database, state: consuming WriterState, reader: ReaderNumber, receivedAt: Int64
  ) throws {
    self.db = db
    sequence = try SequenceCounter(db)
    self.state = state
    self.reader = reader
    heldRows = HeldWriter(db)
    committedAt = receivedAt
    self.receivedAt = receivedAt
  }

  /// Runs the whole group.
  mutating func run(_ group: consuming CommitGroup) throws -> (CommitReport, WriterState) {
    while let parts = group.popRun(at: committedAt), let first = parts.first {
      receivedAt = first.receivedAt(committedAt: committedAt)
      try append(parts)
    }
    try ErasureRows.note(db, erasedLines)
    try HeldLook.forget(db, ofAccounts: state.takeGrowing())
    report.lastSeq = sequence.last
    return (report, state)
  }

  /// Appends parts that came at one time, and of which none begins a file again.
  private mutating func append(_ parts: consuming [FilePart]) throws {
    var parts = consume parts
    files = []
    var refused: Set<Int> = []
    for index in parts.indices {
      switch try Ledger.claim(db, parts[index], reader: reader) {
      case .success(let file): files.append(file)
      case .failure(let refusal):
        files.append(FileID(rawValue: 0))
        parts[index].batches = []
        parts[index].raw = nil
        refused.insert(index)
        report.refusals[report.counts.count + index] = refusal.reason
      }
    }
    for index in parts.indices {
      guard let raw = parts[index].raw.take() else { continue }
      try RawCopyRows.append(db, raw, to: files[index], at: receivedAt)
    }
    counts = Array(repeating: FileCounts(), count: parts.count)
    staleIndexes = [:]
    let ends = parts.map { part in
      if case .held = part.origin {
        (file: part.end, layout: part.written, isHeld: true)
      } else {
        (file: part.end, layout: part.written, isHeld: false)
      }
    }
    let firstNewParcel = state.nextParcel
    // Moved: a copy would keep the memory of all batches up to the end.
    let rows = try resolve(consume parts)
    var events = try EventWriter(
      db, firstNewParcel: firstNewParcel, nextSeq: sequence.last + 1, receivedAt: receivedAt)
    try events.write(rows, files: files, counts: &counts, state: &state)
    try sequence.advance(
      db, to: events.nextSeq, parcels: state.nextParcel - firstNewParcel)
    try state.writeFullSegments(db)
    report.newUnmapped += events.newUnmapped
    if try feeds.write(db) { state.recordChange(.feeds) }
    try skippedRows.write(db, at: receivedAt)
    for (index, end) in ends.enumerated() {
      if refused.contains(index) {
        report.totals.append(nil)
        continue
      }
      if end.isHeld {
        let stale = staleIndexes[index].map { counts[$0] } ?? FileCounts()
        try Ledger.release(db, counts[index], stale: stale, of: files[index])
        counts[index] += stale
        counts[index].released = counts[index].eventsNew + counts[index].eventsRepeated
      } else {
        try Ledger.add(db, counts[index], end: end.file, to: files[index], at: receivedAt)
      }
      let file = end.file == nil ? nil : try Ledger.file(db, files[index])
      if let file, file.canBeDismissed, end.file?.isFinal == true, let layout = end.layout {
        try Ledger.markHardlyRead(db, file.id, by: layout)
      }
      if let file, end.file?.state == .ingested, file.counts.skipped > 0 {
        try SkippedWriter.replaceFormer(db, of: files[index])
      }
      report.totals.append(file?.counts)
    }
    report.counts += counts[..<ends.count]
  }

  /// Makes rows of the parts' events, stores what else is in them, and frees each batch after that.
  private mutating func resolve(_ parts: consuming [FilePart]) throws -> RowResolver.Rows {
    var resolver = try RowResolver(
      db, rows: parts.reduce(0) { $0 + $1.rows }, receivedAt: receivedAt)
    var held: Set<Int> = []
    for index in parts.indices {
      // Taken out one by one: rows go on without the batch's memory.
      parts[index].batches.reverse()
      while let batch = parts[index].batches.popLast() {
        if case .held(_, let lines) = parts[index].origin {
          try release(batch, lines, part: index, &resolver)
          held.formUnion([index, staleIndexes[index] ?? index])
        } else {
          try add(batch, part: index, &resolver)
          counts[index].rows += batch.rows
          counts[index].skipped += batch.skipped.reduce(batch.expired.count) { $0 + $1.rows }
          try skippedRows.add(db, batch.skipped, of: files[index], state: &state)
          try keepUnread(batch, reading: parts[index].reading(of: batch), part: index)
        }
      }
    }
    let rows = try resolver.finish(state: &state)
    // Held rows were taken out of their file's copy when they were erased.
    for row in rows.erased where !held.contains(Int(row.part)) {
      erasedLines.append((files[Int(row.part)], row.line))
    }
    return rows
  }

  private mutating func add(
    _ batch: EventBatch, part: Int, _ resolver: inout RowResolver
  ) throws {
    let accounts = try batch.accounts.map { try Ledger.accountID(db, $0.account, &state) }
    for (admitted, account) in zip(batch.accounts, accounts) {
      feeds.add(admitted.service, account: account, at: receivedAt)
    }
    try resolver.add(
      batch, accounts: accounts.map { try fitting($0, as: UInt32.self) }, part: part, state: &state)
  }

  /// Takes the rows of a batch out of the held ones and adds them as events. Rows that may still not
  /// come in, or that the layout can't read any more, are not among its events and stay held.
  /// - Parameter lines: as they were held when they were read, in the order of their numbers.
  private mutating func release(
    _ batch: EventBatch, _ lines: [KeptRow], part: Int, _ resolver: inout RowResolver
  ) throws {
    var events: [EventBatch.Event] = []
    var stale: [EventBatch.Event] = []
    events.reserveCapacity(batch.events.count)
    for event in batch.events {
      guard let line = lines.line(Int(event.line)),
        let isStale = try heldRows.take(line, of: files[part])
      else { continue }
      if isStale { stale.append(event) } else { events.append(event) }
    }
    for expired in batch.expired {
      guard let line = lines.line(Int(expired)),
        let isStale = try heldRows.take(line, of: files[part]), !isStale
      else { continue }
      counts[part].skipped += 1
    }
    if !events.isEmpty { try add(batch.with(events), part: part, &resolver) }
    guard !stale.isEmpty else { return }
    let index = staleIndexes[part] ?? counts.count
    if staleIndexes.updateValue(index, forKey: part) == nil {
      files.append(files[part])
      counts.append(FileCounts())
    }
    try add(batch.with(stale), part: index, &resolver)
  }

  /// Keeps the rows that may not come in and the lines that can't be read.
  private mutating func keepUnread(
    _ batch: EventBatch, reading: RowReading?, part: Int
  ) throws {
    let kept = try heldRows.keep(
      batch.held, of: files[part], reading: reading, receivedAt: receivedAt, state: &state)
    counts[part].held += kept.rows
    counts[part].skipped += kept.dropped
    counts[part].eventsRepeated += batch.held.count - kept.rows - kept.dropped
    for line in kept.erased { erasedLines.append((files[part], line)) }
    try keep(batch.rejected, part: part)
  }

  private mutating func keep(_ rejected: [MalformedLine], part: Int) throws {
    guard !rejected.isEmpty else { return }
    // Not OR REPLACE, which runs no trigger for the row that it deletes: it would be counted twice.
    let insert = try RawStatement(
      db,
      """
      INSERT INTO reject VALUES(?, ?, ?, ?)
      ON CONFLICT(file, line) DO UPDATE SET reason = excluded.reason, raw = excluded.raw
      """)
    let former = try Ledger.formerIDs(db, of: files[part], with: .rejected)
    let forget = try RawStatement(
      db, "DELETE FROM reject WHERE file = ? AND line = ? AND raw = ?")
    for line in rejected {
      insert.bind(1, files[part].rawValue)
      insert.bind(2, Int64(line.line))
      insert.bind(3, copying: line.reason.rawValue)
      var text = line.raw
      // Its time is not known, so it may be about the recipient whose data was erased.
      if !state.erasures.isEmpty, state.erasures.mayBeIn(text) {
        erasedLines.append((files[part], UInt32(line.line)))
        text = []
      }
      try text.withUnsafeBytes { raw in
        insert.bind(4, blob: raw)
        try insert.run()
        // A line that was rejected before, when the file was shorter, is one line.
        for file in former {
          forget.bind(1, file)
          forget.bind(2, Int64(line.line))
          forget.bind(3, blob: raw)
          try forget.run()
        }
      }
    }
    counts[part].rejected += rejected.count
  }
}

extension [KeptRow] {
  /// The row with a number, of rows in the order of their numbers.
  fileprivate func line(_ number: Int) -> KeptRow? {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle].line < number { low = middle + 1 } else { high = middle }
    }
    return low < endIndex && self[low].line == number ? self[low] : nil
  }
}
