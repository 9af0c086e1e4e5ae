import ParcelStore
import Postgres

/// Which row of the ledger each part of a commit goes to, and who may read a file; all parts together.
///
/// A file that a worker is reading has its number. Another one takes the file over only once that worker is gone, and
/// whoever was thought to be gone finds the number of another: its parts are refused, in the transaction that would
/// have written them.
struct FileClaims {
  /// The row of a part's file, or why the part is not taken.
  typealias Claim = Result<FileID, Refused>

  struct Refused: Error {
    var reason: CommitReport.Refusal
  }

  /// A file, whatever its size and time.
  private struct Name: Hashable {
    var source: Int64
    var path: [UInt8]

    init(_ file: FileSighting) {
      source = file.source.rawValue
      path = file.pathBytes
    }
  }

  /// A row of the ledger as it was found.
  private struct Row {
    var id: Int64
    var size: Int64?
    var mtime: Int64?
    var isFinal: Bool
    var isSettling: Bool
    var waitsForLayout: Bool
    var wasReadAndIsGone: Bool
    var reader: Int64?
    var isInHand: Bool
    /// The worker that reads it, if it is alive.
    var holder: String?
    /// Whether an earlier reading has left something.
    var wasBegun: Bool
  }

  /// Where a file's parts go.
  private enum Slot {
    case row(Int64)
    /// A new row; its place in `new`.
    case new(Int)
    case refused(CommitReport.Refusal)
  }

  private let db: PostgresConnection
  private let worker: Int64
  private var rows: [Name: [Row]] = [:]
  private var slots: [Name: Slot] = [:]
  private var new: [FilePart] = []
  private var begun: [(part: FilePart, row: Row)] = []
  /// Claims of the parts that this worker still has.
  private var held: Set<Int64> = []

  init(_ db: PostgresConnection, worker: Int64) {
    self.db = db
    self.worker = worker
  }

  /// Finds or makes the row of each part's file, unless another worker is reading that file.
  mutating func claim(_ parts: [FilePart]) async throws(PostgresFault) -> [Claim] {
    // First: nobody takes a file over before this transaction has ended.
    held = try await FileQueue(db, worker: worker).held(Set(parts.compactMap(\.claim)))
    try await load(parts)
    let decided = parts.map { decide($0.withoutBatches) }
    try await begin()
    let made = try await insert()
    return decided.map { slot in
      switch slot {
      case .row(let id): .success(FileID(rawValue: id))
      case .new(let place): made[place]
      case .refused(let reason): .failure(Refused(reason: reason))
      }
    }
  }

  private mutating func load(_ parts: [FilePart]) async throws(PostgresFault) {
    var names: Set<Name> = []
    var (sources, paths): ([Int64], [String]) = ([], [])
    for part in parts {
      if case .held = part.origin { continue }
      guard names.insert(Name(part.file)).inserted else { continue }
      sources.append(part.file.source.rawValue)
      paths.append(part.file.path)
    }
    guard !paths.isEmpty else { return }
    let found = try await db.run(
      """
      SELECT f.source, f.path, f.id, f.size, f.mtime, f.is_final, f.state = 'settling',
        f.read_by IS NOT NULL, f.gone_at IS NOT NULL AND f.ingested_at IS NOT NULL, f.reader, f.is_in_hand,
        (SELECT w.name FROM worker w WHERE w.id = f.reader AND \(Worker.isAlive("w"))),
        f.layout IS NOT NULL
      FROM unnest($1::int8[], $2::text[]) u(source, path)
      JOIN file f ON f.source = u.source
        AND hashtextextended(f.path, 0) = hashtextextended(u.path, 0) AND f.path = u.path
      ORDER BY f.id FOR UPDATE OF f
      """, [.integers(sources), .texts(paths)])
    for row in found {
      let file = FileSighting(
        source: SourceID(rawValue: row.integer(0)), path: row.text(1), size: nil, mtime: nil)
      rows[Name(file), default: []].append(
        Row(
          id: row.integer(2), size: row.integerIfAny(3), mtime: row.integerIfAny(4),
          isFinal: row.bool(5), isSettling: row.bool(6), waitsForLayout: row.bool(7),
          wasReadAndIsGone: row.bool(8), reader: row.integerIfAny(9), isInHand: row.bool(10),
          holder: row.textIfAny(11), wasBegun: row.bool(12)))
    }
  }

  // MARK: Decisions

  private mutating func decide(_ part: FilePart) -> Slot {
    let name = Name(part.file)
    if let claim = part.claim, !held.contains(claim) {
      return .refused(.isRead(by: rows[name]?.last?.holder ?? "another process"))
    }
    switch part.origin {
    case .held(let origin, _): return .row(origin.file.rawValue)
    case .reading(isFirst: true, _):
      let slot = beginReading(part, name)
      slots[name] = slot
      return slot
    case .reading(isFirst: false, _):
      // If the beginning of the file was not taken, the rest is not either.
      return slotInHand(name) ?? .refused(.isRead(by: "another process"))
    case .unread:
      if let slot = slotInHand(name) { return slot }
      guard let row = unfinishedRow(part.file, name) else { return insertion(of: part) }
      if let other = otherReader(of: row, part) { return .refused(.isRead(by: other)) }
      return .row(row.id)
    }
  }

  /// The row of a file that this commit, or an earlier one of this worker, has begun to read.
  private func slotInHand(_ name: Name) -> Slot? {
    switch slots[name] {
    case .refused: return nil
    case .some(let slot): return slot
    case nil:
      let mine = rows[name]?.last { $0.isInHand && $0.reader == worker }
      return mine.map { .row($0.id) }
    }
  }

  private mutating func beginReading(_ part: FilePart, _ name: Name) -> Slot {
    if let row = unfinishedRow(part.file, name) {
      if let other = otherReader(of: row, part) { return .refused(.isRead(by: other)) }
      begun.append((part, row))
      return .row(row.id)
    }
    // A reading only begins if the file was not done, so another worker has read it since.
    let wasRead = (rows[name] ?? []).contains { row in
      row.isFinal && row.size != nil && row.size == part.file.size && row.mtime != nil
        && row.mtime == part.file.mtime && row.reader != nil && row.reader != worker
    }
    if wasRead { return .refused(.wasRead) }
    return insertion(of: part)
  }

  private mutating func insertion(of part: FilePart) -> Slot {
    new.append(part)
    return .new(new.count - 1)
  }

  /// The row that a new reading of a file continues. A row that only waits for another layout is continued if size and
  /// mtime are the same; otherwise it keeps what it says, and the file gets a row of its own. Likewise one that was
  /// read and is gone: the file that comes back may be another.
  private func unfinishedRow(_ file: FileSighting, _ name: Name) -> Row? {
    rows[name]?.last { row in
      (!row.isFinal || row.isSettling)
        && (!row.waitsForLayout && !row.wasReadAndIsGone
          || row.size == file.size && row.mtime == file.mtime)
    }
  }

  /// The other worker that is reading a file; nil: none is, or it is too late for it: a claim is taken over only from
  /// a worker that was silent for too long, whether or not it has come back since.
  private func otherReader(of row: Row, _ part: FilePart) -> String? {
    part.claim == nil && row.isInHand && row.reader != worker ? row.holder : nil
  }

  // MARK: Writing

  /// Begins readings on rows that are there.
  ///
  /// A reading that broke off is done again from the start. What it had appended comes as repeats then; these are
  /// subtracted beforehand, so that the counts are right at the end.
  private func begin() async throws(PostgresFault) {
    guard !begun.isEmpty else { return }
    var statements: [PostgresStatement] = []
    for (part, row) in begun {
      guard case .reading(_, let header) = part.origin else { continue }
      statements.append(
        PostgresStatement(
          """
          UPDATE file SET
            seen_at = CASE WHEN size IS NOT DISTINCT FROM $1::int8 AND mtime IS NOT DISTINCT FROM $2::int8
              AND gone_at IS NULL THEN seen_at END,
            size = $1, mtime = $2, layout = $3, header = $4, state = 'ingesting', read_again_at = NULL,
            read_by = NULL, error = NULL, is_final = false, rows = 0, events_repeated = -events_new, held = 0,
            rejected = 0, skipped = 0, reader = $6, is_in_hand = true, \(Ledger.isThere)
          WHERE id = $5
          """,
          [
            PostgresValue(part.file.size), PostgresValue(part.file.mtime), .text(part.layout),
            .bytes(header), .integer(row.id), .integer(worker),
          ]))
    }
    try await db.run(statements)
    let again = begun.filter(\.row.wasBegun).map(\.row.id)
    guard !again.isEmpty else { return }
    // A line that was cut off then may be whole now.
    try await db.run("DELETE FROM reject WHERE file = ANY($1)", [.integers(again)])
    try await SkippedRows.subtractReadings(db, of: again)
    try await db.run(
      "UPDATE held SET is_stale = true WHERE file = ANY($1) AND NOT is_stale", [.integers(again)])
    try await RawCopyRows.beginAgain(db, of: again)
  }

  private func insert() async throws(PostgresFault) -> [Claim] {
    guard !new.isEmpty else { return [] }
    let files = new.map(\.file)
    let headers = new.map { part -> [UInt8] in
      if case .reading(_, let header) = part.origin { header } else { [] }
    }
    // An index has one row a file that is being read: whoever comes second waits, and gets none.
    let inserted = try await db.run(
      """
      INSERT INTO file(source, path, size, mtime, layout, header, state, reader, is_in_hand)
        SELECT u.source, u.path, nullif(u.size, $7), nullif(u.mtime, $7), u.layout, u.header, 'ingesting', $8, true
        FROM unnest($1::int8[], $2::text[], $3::int8[], $4::int8[], $5::text[], $6::bytea[]) WITH ORDINALITY
          u(source, path, size, mtime, layout, header, ord) ORDER BY u.ord
      ON CONFLICT DO NOTHING RETURNING id, source, path
      """,
      [
        .integers(files.map(\.source.rawValue)), .texts(files.map(\.path)),
        .integers(files.map { $0.size ?? .min }), .integers(files.map { $0.mtime ?? .min }),
        .texts(new.map(\.layout)), .blobs(headers), .integer(.min), .integer(worker),
      ])
    var ids: [Name: Int64] = [:]
    for row in inserted {
      let file = FileSighting(
        source: SourceID(rawValue: row.integer(1)), path: row.text(2), size: nil, mtime: nil)
      ids[Name(file)] = row.integer(0)
    }
    let read = try await readMeanwhile(Array(ids.values))
    return new.map { part in
      guard let id = ids[Name(part.file)] else {
        return .failure(Refused(reason: .isRead(by: "another process")))
      }
      return read.contains(id)
        ? .failure(Refused(reason: .wasRead)) : .success(FileID(rawValue: id))
    }
  }

  /// Takes back new rows of files that another worker has read to their end since they were looked up.
  private func readMeanwhile(_ ids: [Int64]) async throws(PostgresFault) -> Set<Int64> {
    let gone = try await db.integers(
      """
      DELETE FROM file mine USING file f
      WHERE mine.id = ANY($1) AND f.source = mine.source
        AND hashtextextended(f.path, 0) = hashtextextended(mine.path, 0) AND f.path = mine.path
        AND f.id <> mine.id AND f.is_final AND f.size = mine.size AND f.mtime = mine.mtime AND f.reader <> $2
      RETURNING mine.id
      """, [.integers(ids), .integer(worker)])
    return Set(gone)
  }
}
