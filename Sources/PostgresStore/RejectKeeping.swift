import ParcelStore
import Postgres
import TrackingFile

/// Keeps lines that can't be read, all those of a commit together.
struct RejectKeeping {
  private var lines: [(file: Int64, line: MalformedLine)] = []
  private(set) var erased: [(file: Int64, line: Int64)] = []

  mutating func add(_ rejected: [MalformedLine], file: Int64, _ erasures: ErasedParcels?) {
    let hasErasures = erasures?.isEmpty == false
    for var line in rejected {
      // Its time is not known, so it may be about the recipient whose data was erased.
      if hasErasures, erasures?.mayBeIn(line.raw) == true {
        erased.append((file, Int64(line.line)))
        line.raw = []
      }
      lines.append((file, line))
    }
  }

  func write(_ db: PostgresConnection) async throws(PostgresFault) {
    guard !lines.isEmpty else { return }
    var last: [[Int64]: Int] = [:]
    for (index, line) in lines.enumerated() { last[[line.file, Int64(line.line.line)]] = index }
    let written = lines.indices.filter { last[[lines[$0].file, Int64(lines[$0].line.line)]] == $0 }
    try await db.run(
      """
      INSERT INTO reject SELECT * FROM unnest($1::int8[], $2::int8[], $3::text[], $4::bytea[])
      ON CONFLICT (file, line) DO UPDATE SET reason = excluded.reason, raw = excluded.raw
      """,
      [
        .integers(written.map { lines[$0].file }),
        .integers(written.map { Int64(lines[$0].line.line) }),
        .texts(written.map { lines[$0].line.reason.rawValue }),
        .blobs(written.map { lines[$0].line.raw }),
      ])
    // A line that was rejected before, when the file was shorter, is one line.
    let former = try await Ledger.formerIDs(
      db, of: Set(lines.map(\.file)).sorted(), with: .rejected)
    var rows: [(former: Int64, line: Int64, raw: [UInt8])] = []
    for index in written {
      for file in former[lines[index].file] ?? [] {
        rows.append((file, Int64(lines[index].line.line), lines[index].line.raw))
      }
    }
    guard !rows.isEmpty else { return }
    try await db.run(
      """
      DELETE FROM reject r USING unnest($1::int8[], $2::int8[], $3::bytea[]) u(file, line, raw)
      WHERE r.file = u.file AND r.line = u.line AND r.raw = u.raw
      """,
      [
        .integers(rows.map(\.former)), .integers(rows.map(\.line)), .blobs(rows.map(\.raw)),
      ])
  }
}
