import Carrier
import Contract
import ParcelStore
import Postgres
import TrackingFile

/// Keeps rows that may not come in, all those of a commit together, and takes them out once they may.
struct HeldKeeping {
  /// What became of a part's rows.
  struct Kept {
    var rows = 0
    /// How many would have brought erased data back, and are not held.
    var dropped = 0
    /// How many are held of a former, shorter generation of the file.
    var repeated = 0
  }

  private struct Line {
    var part: Int
    var file: Int64
    var row: EventBatch.HeldLine
    var account: Int64
    var reading: Int64?
  }

  private var lines: [Line] = []
  private var kept: [Int: Kept] = [:]
  private(set) var erased: [(file: Int64, line: Int64)] = []
  private var readings: [(part: Int, reading: RowReading?, rows: Range<Int>)] = []

  var isEmpty: Bool { lines.isEmpty && kept.isEmpty }

  /// Adds rows of a batch. A row that would bring erased data back is kept without it, or not at all where that can't be
  /// told apart.
  /// - Parameter account: the number of an account pair.
  mutating func add(
    _ rows: [EventBatch.HeldLine], part: Int, file: Int64, reading: RowReading?, receivedAt: Int64,
    _ erasures: ErasedParcels?, account: (AccountPair) -> Int64?
  ) throws(PostgresFault) {
    guard !rows.isEmpty else { return }
    let hasErasures = erasures?.isEmpty == false
    let erasure = hasErasures ? RowErasure(reading) : nil
    let start = lines.count
    var result = kept[part] ?? Kept()
    for var row in rows {
      guard let id = account(row.account) else {
        throw PostgresEventStore.damaged("an account that was just written is not there")
      }
      if hasErasures,
        erasures?.hide(row.parcel, id, at: row.time, receivedAt: receivedAt) == true
      {
        erased.append((file, Int64(row.line)))
        guard let text = erasure?.text(of: row.raw) else {
          result.dropped += 1
          continue
        }
        row.raw = text
      }
      lines.append(Line(part: part, file: file, row: row, account: id))
    }
    kept[part] = result
    readings.append((part, reading, start..<lines.count))
  }

  /// Writes them.
  /// - Returns: what became of each part's rows.
  mutating func write(
    _ db: PostgresConnection, receivedAt: Int64
  ) async throws(PostgresFault) -> [Int: Kept] {
    guard !lines.isEmpty else { return kept }
    try await number(db)
    try await setReasons(db)
    let repeats = try await repeats(db)
    for (index, line) in lines.enumerated() where repeats.contains(index) {
      kept[line.part]?.repeated += 1
    }
    var last: [[Int64]: Int] = [:]
    let new = lines.indices.filter { !repeats.contains($0) }
    for index in new { last[[lines[index].file, Int64(lines[index].row.line)]] = index }
    let written = new.filter { last[[lines[$0].file, Int64(lines[$0].row.line)]] == $0 }
    for index in new { kept[lines[index].part]?.rows += 1 }
    // A line that a reading that broke off holds already keeps its first time of receipt.
    try await db.run(
      """
      INSERT INTO held AS h(file, line, account, received_at, raw, reading)
        SELECT u.file, u.line, u.account, $6, u.raw, nullif(u.reading, 0)
        FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[], $5::int8[]) u(file, line, account, raw, reading)
      ON CONFLICT (file, line) DO UPDATE SET account = excluded.account,
        received_at = CASE WHEN h.raw = excluded.raw THEN h.received_at ELSE excluded.received_at END,
        raw = excluded.raw, is_stale = false, reading = excluded.reading
      """,
      [
        .integers(written.map { lines[$0].file }),
        .integers(written.map { Int64(lines[$0].row.line) }),
        .integers(written.map { lines[$0].account }), .blobs(written.map { lines[$0].row.raw }),
        .integers(written.map { lines[$0].reading ?? 0 }), .integer(receivedAt),
      ])
    // Recorded for looks at a pair's held rows: see HeldLook.
    var accounts: [Int64: Set<Int64>] = [:]
    for index in written { accounts[lines[index].file, default: []].insert(lines[index].account) }
    for (file, accounts) in accounts.sorted(by: { $0.key < $1.key }) {
      try await HeldLook.rowsCame(db, accounts: accounts.sorted(), file: file)
    }
    return kept
  }

  /// Gives the lines the numbers of how they were read.
  private mutating func number(_ db: PostgresConnection) async throws(PostgresFault) {
    var ids: [RowReading: Int64] = [:]
    for (_, reading, rows) in readings {
      guard let reading, !rows.isEmpty else { continue }
      if ids[reading] == nil { ids[reading] = try await Self.id(of: reading, db) }
      for index in rows { lines[index].reading = ids[reading] }
    }
  }

  /// The number of a reading, made when it is new.
  static func id(
    of reading: RowReading, _ db: PostgresConnection
  ) async throws(PostgresFault) -> Int64 {
    let values: [PostgresValue] = [.text(reading.layout), .bytes(reading.header)]
    let isSame = "(layout || chr(1) || encode(header, 'hex')) = $1 || chr(1) || encode($2, 'hex')"
    let answers = try await db.run([
      PostgresStatement(
        """
        INSERT INTO reading(layout, header) SELECT $1, $2
        WHERE NOT EXISTS (SELECT 1 FROM reading WHERE \(isSame)) ON CONFLICT DO NOTHING
        """, values),
      PostgresStatement("SELECT id FROM reading WHERE \(isSame)", values),
    ])
    guard let id = answers[1].first?.integer(0) else {
      throw PostgresEventStore.damaged("the reading just written is not there")
    }
    return id
  }

  /// Writes down why rows of each pair are held.
  private func setReasons(_ db: PostgresConnection) async throws(PostgresFault) {
    var reasons: [Int64: HoldReason] = [:]
    for line in lines { reasons[line.account] = line.row.reason }
    let sorted = reasons.sorted { $0.key < $1.key }
    try await db.run(
      """
      UPDATE account a SET hold_reason = u.reason FROM unnest($1::int8[], $2::text[]) u(id, reason)
      WHERE a.id = u.id AND a.hold_reason IS DISTINCT FROM u.reason
      """, [.integers(sorted.map(\.key)), .texts(sorted.map(\.value.rawValue))])
  }

  /// The lines that are held of a former, shorter generation of their file, in the same place.
  private func repeats(_ db: PostgresConnection) async throws(PostgresFault) -> Set<Int> {
    let files = Set(lines.map(\.file))
    let former = try await Ledger.formerIDs(db, of: files.sorted(), with: .held)
    guard !former.isEmpty else { return [] }
    let suspects = lines.indices.filter { former[lines[$0].file] != nil }
    var rows: [(index: Int, former: Int64)] = []
    for index in suspects {
      for file in former[lines[index].file] ?? [] { rows.append((index, file)) }
    }
    let found = try await db.run(
      """
      SELECT u.ord FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[], $5::int8[], $6::int8[])
        u(ord, file, line, raw, account, reading)
      JOIN held h ON h.file = u.file AND h.line = u.line AND h.account = u.account AND h.raw = u.raw
        AND (h.reading IS NULL OR h.reading = u.reading)
      """,
      [
        .integers(rows.map { Int64($0.index) }), .integers(rows.map(\.former)),
        .integers(rows.map { Int64(lines[$0.index].row.line) }),
        .blobs(rows.map { lines[$0.index].row.raw }),
        .integers(rows.map { lines[$0.index].account }),
        .integers(rows.map { lines[$0.index].reading ?? 0 }),
      ])
    return Set(found.map { Int($0.integer(0)) })
  }

  /// Takes rows out, those that are held as they were read.
  /// - Returns: of each that was taken out, by its line, whether it is from a reading that broke off and its file is being
  ///   read again. Another process has released or discarded the others.
  static func take(
    _ db: PostgresConnection, _ rows: [KeptRow], of file: FileID
  ) async throws(PostgresFault) -> [Int: Bool] {
    guard !rows.isEmpty else { return [:] }
    let taken = try await db.run(
      """
      DELETE FROM held h USING unnest($1::int8[], $2::int8[], $3::bytea[]) u(file, line, raw)
      WHERE h.file = u.file AND h.line = u.line AND h.raw = u.raw RETURNING h.line, h.is_stale
      """,
      [
        // The file with each line: otherwise all its rows would be compared with each of the lines.
        .integers(rows.map { _ in file.rawValue }), .integers(rows.map { Int64($0.line) }),
        .blobs(rows.map(\.raw)),
      ])
    var found: [Int: Bool] = [:]
    for row in taken { found[Int(row.integer(0))] = row.bool(1) }
    return found
  }
}
