import GRDB
import ParcelStore
import Status

/// Reads the rows of a copy (see `CopiedTable`).
struct CopyReading {
  private let db: Database
  /// Whether the store may contradict itself, as it is not complete.
  private let isPartial: Bool

  init(_ db: Database, isPartial: Bool = false) {
    self.db = db
    self.isPartial = isPartial
  }

  func bounds(of table: CopiedTable) throws -> ClosedRange<Int64>? {
    guard let number = table.number else { return nil }
    let ends =
      switch table.form {
      case .journal:
        """
        SELECT min(first_seq), (SELECT first_seq + events - 1 FROM journal ORDER BY first_seq DESC LIMIT 1)
        FROM journal
        """
      case .pieces:
        "SELECT (SELECT min(id) FROM raw_piece) >> 24, (SELECT max(id) FROM raw_piece) >> 24"
      case .plain, .events, .statuses, .runs:
        "SELECT (SELECT min(\(number)) FROM \(table.name)), (SELECT max(\(number)) FROM \(table.name))"
      }
    guard let row = try db.row(ends), let first: Int64 = row[0], let last: Int64 = row[1] else {
      return nil
    }
    return first...max(first, last)
  }

  func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) throws -> CopiedPage {
    if table.form == .journal {
      return try CopiedJournal(db, blocks: table.pageBlocks, isPartial: isPartial).page(
        range, after: key?.first?.number)
    }
    let rows = try RawStatement(db, Self.select(table, isNext: key != nil))
    defer { rows.reset() }
    rows.bind(1, range.lowerBound)
    rows.bind(2, range.upperBound)
    for (place, value) in (key ?? []).enumerated() {
      switch value {
      case .integer(let number): rows.bind(Int32(3 + place), number)
      case .text(let bytes):
        bytes.withUnsafeBytes { rows.bind(Int32(3 + place), copying: $0, isText: true) }
      }
    }
    var page = CopiedRows()
    while try rows.step() {
      page.begin()
      for (place, column) in table.columns.enumerated() {
        let index = Int32(place)
        guard !rows.isNull(index) else {
          page.addNull()
          continue
        }
        switch column.kind {
        case .integer, .short, .flag:
          let number = rows.integer(index)
          let isPast = table.form == .statuses && column.name == "past"
          page.add(isPast ? try past(number, of: rows.integer(0)) : number)
        case .text: page.add(text: rows.text(index))
        case .blob: page.add(blob: rows.blob(index))
        }
      }
    }
    let isLast = page.count < table.pageRows
    return CopiedPage(rows: page, next: isLast ? nil : page.lastKey(table.keyPlaces))
  }

  private static func select(_ table: CopiedTable, isNext: Bool) -> String {
    if table.form == .pieces {
      return """
        SELECT id >> 24, id & 16777215, size, packed FROM raw_piece
        WHERE id BETWEEN ?1 << 24 AND (?2 << 24 | 16777215) \(isNext ? "AND id > (?3 << 24 | ?4)" : "")
        ORDER BY id LIMIT \(table.pageRows)
        """
    }
    let columns = table.columns.map { $0.expression ?? $0.name }.joined(separator: ", ")
    // A table without numbers is one range; its bounds are bound and mean nothing.
    var conditions = [table.number.map { "\($0) BETWEEN ?1 AND ?2" } ?? "?1 <= ?2"]
    if let condition = table.condition { conditions.append(condition) }
    let key = table.key.joined(separator: ", ")
    if isNext {
      let values = table.key.indices.map { "?\(3 + $0)" }.joined(separator: ", ")
      conditions.append("(\(key)) > (\(values))")
    }
    return """
      SELECT \(columns) FROM \(table.name) WHERE \(conditions.joined(separator: " AND "))
      ORDER BY \(key) LIMIT \(table.pageRows)
      """
  }

  /// What a parcel's row says of its past. Older versions noted the rule alone; then the events tell.
  private func past(_ stored: Int64, of parcel: Int64) throws -> Int64 {
    let past = StatusPast(rawValue: stored)
    guard past.seen == nil else { return stored }
    var seen = SeenStatuses()
    let statuses = try String.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT w.status FROM event e JOIN wording w ON w.id = e.wording >> 1
          WHERE e.parcel = ?
          """), arguments: [parcel])
    while let name = try statuses.next() {
      _ = seen.insert(rank: (ParcelStatus(name: name) ?? .unmapped).timelineRank)
    }
    return StatusPast(rule: past.rule, seen: seen).rawValue
  }
}
