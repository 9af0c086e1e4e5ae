import Carrier
import ParcelStore
import Postgres
import TrackingFile

/// The statements that erase a recipient's data.
struct ParcelErasure {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  // MARK: Beginning

  /// Erases what stands at the parcel itself and at its deliveries, and writes the entry for followers. Nobody else writes
  /// meanwhile.
  func begin(
    _ number: ParcelNumber, _ pair: AccountPair?, at instant: Int64
  ) async throws -> Erasure {
    let account: Int64
    if let pair {
      account = try await AccountResolver.ids(db, [pair])[0]
    } else {
      account = 0
    }
    let key: [PostgresValue] = [.text(number.description), .integer(account)]
    let answers = try await db.run([
      PostgresStatement(
        """
        SELECT id FROM parcel WHERE number = $1 AND account = $2
          AND (order_reference IS NOT NULL OR postcode IS NOT NULL OR country IS NOT NULL)
        """, key),
      PostgresStatement(
        "SELECT seq, at FROM erasure WHERE number = $1 AND account = $2 ORDER BY seq DESC LIMIT 1",
        key),
      EndpointRows.eraseAnswers(about: number),
    ])
    if answers[2].changed > 0 { try await db.run([ErasureVacuum.owe]) }
    let parcel = answers[0].first?.integer(0)
    if parcel == nil, let former = answers[1].first {
      let (seq, at) = (former.integer(0), max(instant, former.integer(1)))
      try await db.run(
        "UPDATE erasure SET at = $1, is_open = true WHERE seq = $2", [.integer(at), .integer(seq)])
      return Erasure(seq: seq, number: number, account: pair, at: at)
    }
    if let parcel {
      try await db.run([
        PostgresStatement(
          "UPDATE parcel SET order_reference = NULL, postcode = NULL, country = NULL WHERE id = $1",
          [.integer(parcel)]),
        // What comes now is said anew, whatever its file.
        PostgresStatement(
          "UPDATE current SET said_by = NULL WHERE parcel = $1 AND said_by IS NOT NULL",
          [.integer(parcel)]),
        ErasureVacuum.owe,
      ])
      // Order and postcode stand there as hashes, and few texts have the same.
      try await ParcelLookup(db).rewriteSegments(of: [parcel])
    }
    // Last, as whoever gives out a `seq` keeps all others from it until the end of the transaction.
    let seq = try await db.integer(
      """
      WITH counter AS (UPDATE store SET sequence = sequence + 1 RETURNING sequence)
      INSERT INTO erasure(seq, number, account, at) SELECT sequence, $1, $2, $3 FROM counter
      RETURNING seq
      """, key + [.integer(instant)])
    guard let seq else { throw PostgresEventStore.damaged("the counter of seq is missing") }
    return Erasure(seq: seq, number: number, account: pair, at: instant)
  }

  // MARK: Held rows and rejected lines

  /// A held row or a rejected line, as it was when it was found.
  struct Found: Sendable {
    var file: Int64
    var row: KeptRow
    /// The number stands there by itself. Otherwise it is part of a longer word, as in files of fixed width, and the
    /// row may be another parcel's.
    var isCertain: Bool
  }

  /// Looks for the number in the next rows.
  /// - Returns: what is found, and the step that has looked; nil when nothing is left.
  func find(
    _ erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(PostgresFault) -> (found: [Found], step: ErasureStep)? {
    let search = ErasedNumbers([erasure.number])
    var found: [Found] = []
    var step = ErasureStep(next: cursor)
    for row in try await rows(of: erasure, after: cursor, limit: limit) {
      let (file, line) = (row.integer(0), row.integer(1))
      step.lookedAt += 1
      step.next = ErasureCursor(isAtRejects: cursor.isAtRejects, file: file, line: line)
      let isCertain = row.withBytes(2) { search.isAnyFound(in: $0) }
      if isCertain || row.withBytes(2, { search.isAnyWithin($0) }) {
        found.append(
          Found(
            file: file, row: KeptRow(line: Int(line), raw: row.bytes(2)), isCertain: isCertain))
      }
    }
    if step.lookedAt > 0 { return (found, step) }
    guard !cursor.isAtRejects else { return nil }
    step.next = ErasureCursor(isAtRejects: true, file: 0, line: 0)
    return ([], step)
  }

  /// Bytes of rows and lines that one step looks at, but for its last one.
  private static let mostBytes = 8 << 20

  private func rows(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(PostgresFault) -> PostgresRows {
    let place: [PostgresValue] = [
      .integer(cursor.file), .integer(cursor.line), .integer(Int64(max(0, limit))),
    ]
    guard !cursor.isAtRejects else {
      return try await db.run(Self.next(in: "reject", where: "true"), place)
    }
    let account =
      "account = (SELECT id FROM account WHERE (account || chr(1) || account_id) = $4::text)"
    let pair = erasure.account.map { "\($0.account)\u{1}\($0.accountID)" }
    return try await db.run(
      Self.next(in: "held", where: account), place + [PostgresValue(pair)])
  }

  private static func next(in table: String, where condition: String) -> String {
    """
    SELECT file, line, raw FROM (
      SELECT file, line, raw, sum(length(raw)) OVER (
        ORDER BY file, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM \(table) WHERE \(condition) AND (file, line) > ($1, $2) ORDER BY file, line LIMIT $3) r
    WHERE coalesce(before, 0) < \(mostBytes) ORDER BY file, line
    """
  }

  /// Erases what was found, unless it has changed since.
  /// - Parameter found: not empty.
  func erase(
    _ found: [Found], about number: ParcelNumber, _ step: inout ErasureStep, areRejects: Bool
  ) async throws(PostgresFault) {
    if areRejects {
      step.rejected += try await db.run(
        """
        UPDATE reject r SET raw = '' FROM \(Self.given)
        WHERE r.file = g.file AND r.line = g.line AND r.raw = g.raw
        """, Self.values(found)
      ).changed
    } else {
      step.held += try await eraseHeld(found, about: number)
    }
    if step.held + step.rejected > 0 { try await db.run([ErasureVacuum.owe]) }
  }

  private static let given = "unnest($1::int8[], $2::int8[], $3::bytea[]) g(file, line, raw)"

  private static func values(_ found: [Found]) -> [PostgresValue] {
    [
      .integers(found.map(\.file)), .integers(found.map { Int64($0.row.line) }),
      .blobs(found.map(\.row.raw)),
    ]
  }

  /// - Returns: how many rows say nothing of the recipient any more, or are gone.
  private func eraseHeld(
    _ found: [Found], about number: ParcelNumber
  ) async throws(PostgresFault) -> Int {
    let readings = try await readings(of: found)
    var emptied: [(row: Found, text: [UInt8])] = []
    var taken: [Found] = []
    for (row, reading) in zip(found, readings) {
      if !row.isCertain, reading?.number(of: row.row.raw) != number { continue }
      guard let text = reading?.text(of: row.row.raw) else {
        taken.append(row)
        continue
      }
      // The number stays in it, so it is found each time.
      if text != row.row.raw { emptied.append((row, text)) }
    }
    var count = 0
    if !emptied.isEmpty {
      count += try await db.run(
        """
        UPDATE held h SET raw = n.text
        FROM unnest($1::int8[], $2::int8[], $3::bytea[], $4::bytea[]) n(file, line, raw, text)
        WHERE h.file = n.file AND h.line = n.line AND h.raw = n.raw
        """, Self.values(emptied.map(\.row)) + [.blobs(emptied.map(\.text))]
      ).changed
    }
    if !taken.isEmpty { count += try await take(taken) }
    return count
  }

  /// Takes rows out that are held as they were read.
  /// - Returns: how many were.
  private func take(_ rows: [Found]) async throws(PostgresFault) -> Int {
    // Rows of a reading that is being done again are counted by that one.
    let taken = try await db.integer(
      """
      WITH gone AS (
        DELETE FROM held h USING \(Self.given)
        WHERE h.file = g.file AND h.line = g.line AND h.raw = g.raw RETURNING h.file, h.is_stale),
      counted AS (SELECT file, count(*) AS n FROM gone WHERE NOT is_stale GROUP BY file),
      noted AS (
        UPDATE file SET held = held - n, skipped = skipped + n FROM counted WHERE id = counted.file)
      SELECT count(*) FROM gone
      """, Self.values(rows))
    return Int(taken ?? 0)
  }

  /// How each held row is emptied; nil where it can't be read again.
  private func readings(of found: [Found]) async throws(PostgresFault) -> [RowErasure?] {
    // Nobody else releases or discards them until the end of the transaction.
    let rows = try await db.run(
      """
      SELECT h.file, h.line, h.reading FROM held h
      JOIN unnest($1::int8[], $2::int8[]) g(file, line) ON h.file = g.file AND h.line = g.line
      ORDER BY h.file, h.line FOR UPDATE OF h
      """, Array(Self.values(found).prefix(2)))
    var numbers: [Place: Int64] = [:]
    for row in rows {
      numbers[Place(file: row.integer(0), line: row.integer(1))] = row.integerIfAny(2)
    }
    var erasures: [Int64: RowErasure] = [:]
    if !numbers.isEmpty {
      let readings = try await db.run(
        "SELECT id, layout, header FROM reading WHERE id = ANY($1::int8[])",
        [.integers(Array(Set(numbers.values)))])
      for row in readings {
        erasures[row.integer(0)] = RowErasure(
          RowReading(layout: row.text(1), header: row.bytes(2)))
      }
    }
    return found.map { row in
      numbers[Place(file: row.file, line: Int64(row.row.line))].flatMap { erasures[$0] }
    }
  }

  private struct Place: Hashable {
    var file: Int64
    var line: Int64
  }
}
