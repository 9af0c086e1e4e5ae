import Carrier
import Contract
import ParcelStore
import Postgres
import TrackingFile

/// Parts of a group that came at one time, and of which none begins a file again.
struct CommitRun {
  private let db: PostgresConnection
  private let worker: Int64
  /// When the rows of the parts came.
  private let receivedAt: Int64
  private let parts: [FilePart]
  private var files: [FileID] = []
  /// By part; after them, where held rows of a part are from a reading that broke off, the counts of these.
  private var allCounts: [FileCounts]
  private var stale: [Int: Int] = [:]
  /// The numbers of the account pairs of its rows.
  private var accounts: [AccountPair: Int64] = [:]
  private var feeds = FeedTouches()
  private var skipped = SkippedRows()
  private var held = HeldKeeping()
  private var rejects = RejectKeeping()
  private var erasedLines: [(file: Int64, line: Int64)] = []

  private(set) var refusals: [Int: CommitReport.Refusal] = [:]
  private(set) var totals: [FileCounts?] = []
  private(set) var newUnmapped: [Wording] = []
  private(set) var lastSeq: Int64 = 0
  /// Segments of parcels that are full and not written (see `ParcelLookup`).
  private(set) var fullSegments = 0
  private(set) var changes: Set<StoreChange> = []

  /// What became of each part's lines.
  var counts: [FileCounts] { Array(allCounts[..<parts.count]) }

  init(_ db: PostgresConnection, worker: Int64, receivedAt: Int64, _ parts: [FilePart]) {
    self.db = db
    self.worker = worker
    self.receivedAt = receivedAt
    self.parts = parts
    allCounts = Array(repeating: FileCounts(), count: parts.count)
    totals = Array(repeating: nil, count: parts.count)
  }

  mutating func append(_ state: inout WriterState) async throws {
    var claims = FileClaims(db, worker: worker)
    for (index, claim) in try await claims.claim(parts).enumerated() {
      switch claim {
      case .success(let file): files.append(file)
      case .failure(let refusal):
        files.append(FileID(rawValue: 0))
        refusals[index] = refusal.reason
      }
    }
    let raw = parts.indices.compactMap { index in
      refusals[index] == nil ? parts[index].raw.map { (file: files[index].rawValue, raw: $0) } : nil
    }
    if !raw.isEmpty { try await RawCopyRows.append(db, raw, at: receivedAt) }
    let batches = try await takeBatches()
    try await findAccounts(batches, &state)
    let order = try await FileOrder.read(db, Set(batches.map { files[$0.part].rawValue }))
    var rows = EventRows(files, order)
    try await collect(batches, &rows, &state)
    let parcels = try await rows.resolveParcels(db)
    for row in rows.erased where !isHeld(row.part) {
      erasedLines.append((files[Int(row.part)].rawValue, Int64(row.line)))
    }
    var events = NewEvents(db, rows, of: files, counts: allCounts, receivedAt: receivedAt)
    try await events.write(&state)
    allCounts = events.counts
    if events.changesParcels { changes.insert(.parcels) }
    try await writeUnread()
    try await writeLedger()
    try await FileQueue(db, worker: worker).end(parts)
    try await ErasureRows.note(db, erasedLines)
    try await HeldLook.forget(db, ofAccounts: parcels.growing.sorted())
    try await finish(events, parcels, &state)
  }

  // MARK: Batches

  /// A batch of a part that was taken, with the index of its counts.
  private struct Batch {
    var batch: EventBatch
    var part: Int
    var counts: Int
  }

  private func isHeld(_ counts: Int32) -> Bool {
    guard counts < parts.count else { return true }
    if case .held = parts[Int(counts)].origin { return true }
    return false
  }

  /// The batches whose events come in. Those of held rows are taken out of the held ones; rows that may still not come
  /// in, or that the layout can't read any more, are not among their events and stay held.
  private mutating func takeBatches() async throws(PostgresFault) -> [Batch] {
    var batches: [Batch] = []
    for (index, part) in parts.enumerated() where refusals[index] == nil {
      for batch in part.batches {
        guard case .held(_, let lines) = part.origin else {
          batches.append(Batch(batch: batch, part: index, counts: index))
          continue
        }
        batches += try await release(batch, lines, part: index)
      }
    }
    return batches
  }

  private mutating func release(
    _ batch: EventBatch, _ lines: [KeptRow], part: Int
  ) async throws(PostgresFault) -> [Batch] {
    var wanted = Set(batch.events.map { Int($0.line) })
    wanted.formUnion(batch.expired.map { Int($0) })
    let taken = try await HeldKeeping.take(
      db, lines.filter { wanted.contains($0.line) }, of: files[part])
    allCounts[part].skipped += batch.expired.count { taken[Int($0)] == false }
    let events = batch.events.filter { taken[Int($0.line)] == false }
    let staleEvents = batch.events.filter { taken[Int($0.line)] == true }
    var batches: [Batch] = []
    if !events.isEmpty {
      batches.append(Batch(batch: batch.with(events), part: part, counts: part))
    }
    guard !staleEvents.isEmpty else { return batches }
    let index = stale[part] ?? allCounts.count
    if stale.updateValue(index, forKey: part) == nil {
      files.append(files[part])
      allCounts.append(FileCounts())
    }
    batches.append(Batch(batch: batch.with(staleEvents), part: part, counts: index))
    return batches
  }

  private mutating func findAccounts(
    _ batches: [Batch], _ state: inout WriterState
  ) async throws(PostgresFault) {
    var pairs: [AccountPair] = []
    for batch in batches {
      pairs += batch.batch.accounts.map(\.account)
      guard !isHeld(Int32(batch.counts)) else { continue }
      pairs += batch.batch.held.map(\.account)
      guard !batch.batch.skipped.isEmpty else { continue }
      var known: [AccountPair: Int64]
      if let kept = state.skippedAccounts {
        known = kept
      } else {
        known = try await SkippedRows.known(db)
      }
      let isMore = skipped.add(
        batch.batch.skipped, of: files[batch.part], at: receivedAt, known: &known)
      if isMore { changes.insert(.skipped) }
      state.skippedAccounts = known
    }
    pairs += skipped.accounts
    accounts = try await AccountResolver.resolve(db, pairs, &state)
  }

  /// Makes rows of the batches' events, and puts aside what is not an event.
  private mutating func collect(
    _ batches: [Batch], _ rows: inout EventRows, _ state: inout WriterState
  ) async throws(PostgresFault) {
    var texts = TextResolver()
    for batch in batches { texts.add(batch.batch, &state) }
    try await texts.resolve(db)
    for (index, entry) in batches.enumerated() {
      let (batch, part) = (entry.batch, entry.part)
      var numbers: [Int64] = []
      for admitted in batch.accounts {
        let account = try id(of: admitted.account)
        numbers.append(account)
        feeds.add(admitted.service, account: account, at: receivedAt)
      }
      try rows.add(
        batch, accounts: numbers, texts: texts.texts(of: batch, at: index, &state),
        part: entry.counts, receivedAt: receivedAt, &state)
      guard !isHeld(Int32(entry.counts)) else { continue }
      allCounts[part].rows += batch.rows
      allCounts[part].skipped += batch.skipped.reduce(batch.expired.count) { $0 + $1.rows }
      allCounts[part].rejected += batch.rejected.count
      rejects.add(batch.rejected, file: files[part].rawValue, state.erasures)
      let (known, erasures) = (accounts, state.erasures)
      try held.add(
        batch.held, part: part, file: files[part].rawValue, reading: parts[part].reading(of: batch),
        receivedAt: receivedAt, erasures
      ) { known[$0] }
    }
  }

  private func id(of pair: AccountPair) throws(PostgresFault) -> Int64 {
    guard let id = accounts[pair] else {
      throw PostgresEventStore.damaged("an account that was just written is not there")
    }
    return id
  }

  // MARK: What is not an event

  /// Keeps the rows that may not come in and the lines that can't be read.
  private mutating func writeUnread() async throws(PostgresFault) {
    for (part, kept) in try await held.write(db, receivedAt: receivedAt) {
      allCounts[part].held += kept.rows
      allCounts[part].skipped += kept.dropped
      allCounts[part].eventsRepeated += kept.repeated
    }
    try await rejects.write(db)
    erasedLines += held.erased + rejects.erased
  }

  private mutating func writeLedger() async throws(PostgresFault) {
    var statements: [PostgresStatement] = []
    var ended: [Int] = []
    for (index, part) in parts.enumerated() where refusals[index] == nil {
      if case .held = part.origin {
        let old = stale[index].map { allCounts[$0] } ?? FileCounts()
        statements.append(
          Ledger.statement(releasing: allCounts[index], stale: old, of: files[index]))
        allCounts[index] += old
        allCounts[index].released = allCounts[index].eventsNew + allCounts[index].eventsRepeated
      } else {
        statements += Ledger.statements(
          adding: allCounts[index], end: part.end, to: files[index], at: receivedAt)
      }
      if part.end != nil { ended.append(index) }
    }
    try await db.run(statements)
    guard !ended.isEmpty else { return }
    let found = try await Ledger.files(
      db, "WHERE file.id = ANY($1)", [.integers(ended.map { files[$0].rawValue })])
    let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    for index in ended {
      guard let file = byID[files[index]], let end = parts[index].end else { continue }
      totals[index] = file.counts
      if file.canBeDismissed, end.isFinal, let layout = parts[index].written {
        try await Ledger.markHardlyRead(db, file.id, by: layout)
      }
      if end.state == .ingested, file.counts.skipped > 0 { grown.append(file.id) }
    }
  }

  /// Files with skipped rows that shorter generations may have counted already.
  private var grown: [FileID] = []

  // MARK: The end

  /// What every commit writes, in one round trip: from the first of these statements on others wait.
  private mutating func finish(
    _ events: NewEvents, _ parcels: ParcelRows.Outcome, _ state: inout WriterState
  ) async throws(PostgresFault) {
    if !events.unmapped.isEmpty { try await findNewUnmapped(events.unmapped) }
    var statements: [PostgresStatement] = []
    if !events.ranges.isEmpty { statements.append(events.ranges.statement) }
    let journalPlace = statements.count
    statements.append(events.journal.statement(newParcels: parcels.newParcels))
    if !events.byWording.isEmpty {
      let counts = events.byWording.sorted { $0.key < $1.key }
      statements.append(
        PostgresStatement(
          """
          UPDATE wording w SET events = w.events + u.events
          FROM unnest($1::int8[], $2::int8[]) u(id, events) WHERE w.id = u.id
          """, [.integers(counts.map(\.key)), .integers(counts.map(\.value))]))
    }
    if !skipped.isEmpty {
      let accounts = accounts
      statements += skipped.statements { accounts[$0] }
      for pair in skipped.accounts { state.skippedAccounts?[pair] = accounts[pair] }
    }
    let feedPlace = statements.count
    if !feeds.isEmpty { statements += feeds.statements }
    let answers = try await db.run(statements)
    if let last = answers[journalPlace].first {
      lastSeq = last.integer(0)
      fullSegments = max(0, Int((parcels.last + 1 - last.integer(1)) / ParcelSegments.length))
    }
    // A feed's first row, or the first one of a day; further rows decide nothing.
    if !feeds.isEmpty,
      answers[feedPlace].first?.integer(0) ?? 0 > 0 || answers[feedPlace + 1].changed > 0
    {
      changes.insert(.feeds)
    }
    for file in grown { try await SkippedRows.replaceFormer(db, of: file) }
    if !changes.isEmpty { try await db.run(StoreChange.statements(changes)) }
    // Its own changes are in its memory.
    if changes.contains(.parcels), let before = state.parcelChanges {
      state.parcelChanges = before + 1
    }
  }

  /// Of the wordings that the map does not know: the first of each code that no event had before.
  private mutating func findNewUnmapped(_ unmapped: [Int64: Int64]) async throws(PostgresFault) {
    let known = Set(
      try await db.integers(
        """
        SELECT DISTINCT code_id FROM wording
        WHERE code_id = ANY($1) AND status = 'unmapped' AND events > 0
        """, [.integers(Set(unmapped.values).sorted())]))
    var first: [Int64: Int64] = [:]
    for (wording, code) in unmapped where !known.contains(code) {
      first[code] = min(first[code] ?? wording, wording)
    }
    guard !first.isEmpty else { return }
    let rows = try await db.run(
      "SELECT code, label FROM wording WHERE id = ANY($1) ORDER BY id",
      [.integers(first.values.sorted())])
    newUnmapped = rows.map { Wording($0, from: 0) }
  }
}
