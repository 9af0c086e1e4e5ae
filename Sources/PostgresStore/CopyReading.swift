import ParcelStore
import Postgres

/// Reads the rows of a copy (see `CopiedTable`), in a transaction of the caller.
struct CopyReading {
  private let db: PostgresConnection
  /// Whether the store may contradict itself, as it is not complete.
  private let isPartial: Bool

  init(_ db: PostgresConnection, isPartial: Bool = false) {
    self.db = db
    self.isPartial = isPartial
  }

  /// With a wide range in mind the server would read whole tables.
  static let usualPlans = PostgresStatement("SET LOCAL plan_cache_mode = force_generic_plan")

  func bounds(of table: CopiedTable) async throws(PostgresFault) -> ClosedRange<Int64>? {
    guard let number = table.number else { return nil }
    let ends =
      table.form == .journal
      ? """
      SELECT min(first_seq), (SELECT first_seq + events - 1 FROM journal ORDER BY first_seq DESC LIMIT 1)
      FROM journal
      """ : "SELECT min(\(number)), max(\(number)) FROM \(table.name)"
    guard let row = try await db.row(ends), let first = row.integerIfAny(0),
      let last = row.integerIfAny(1)
    else { return nil }
    return first...max(first, last)
  }

  func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) async throws(PostgresFault) -> CopiedPage {
    if table.form == .journal {
      return try await CopiedJournal(db, blocks: table.pageBlocks).page(
        range, after: key?.first?.number)
    }
    var values: [PostgresValue] =
      table.number == nil
      ? [] : [.integer(range.lowerBound), .integer(range.upperBound)]
    for value in key ?? [] {
      switch value {
      case .integer(let number): values.append(.integer(number))
      case .text(let bytes): values.append(.text(String(decoding: bytes, as: UTF8.self)))
      }
    }
    let found = try await db.run(Self.select(table, isNext: key != nil), values)
    let rows =
      table.form == .events
      ? try await CopiedEvents(db, isPartial: isPartial).rows(found) : Self.rows(found, of: table)
    let isLast = found.count < table.pageRows
    return CopiedPage(rows: rows, next: isLast ? nil : rows.lastKey(table.keyPlaces))
  }

  private static func rows(_ found: PostgresRows, of table: CopiedTable) -> CopiedRows {
    var rows = CopiedRows()
    for row in found {
      rows.begin()
      for (place, column) in table.columns.enumerated() {
        guard !row.isNull(place) else {
          rows.addNull()
          continue
        }
        switch column.kind {
        case .integer, .short, .flag: rows.add(row.integer(place))
        case .text: row.withBytes(place) { rows.add(text: $0) }
        case .blob: row.withBytes(place) { rows.add(blob: $0) }
        }
      }
    }
    return rows
  }

  private static func select(_ table: CopiedTable, isNext: Bool) -> String {
    let columns = table.columns.map { column in
      table.form == .events && column.name == "seq" ? "place" : column.expression ?? column.name
    }
    var conditions: [String] = []
    var parameters = 0
    if let number = table.number {
      conditions.append("\(number) BETWEEN $1 AND $2")
      parameters = 2
    }
    if let condition = table.condition { conditions.append(condition) }
    let key = table.key.joined(separator: ", ")
    if isNext {
      let values = table.keyPlaces.enumerated().map { index, place in
        "$\(parameters + index + 1)::\(table.columns[place].kind.type)"
      }
      conditions.append("(\(key)) > (\(values.joined(separator: ", ")))")
    }
    let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
    return """
      SELECT \(columns.joined(separator: ", ")) FROM \(table.name) \(condition)
      ORDER BY \(key) LIMIT \(table.pageRows)
      """
  }
}

extension CopiedTable.Kind {
  /// In PostgreSQL.
  var type: String {
    switch self {
    case .integer: "int8"
    case .short: "int4"
    case .flag: "bool"
    case .text: "text"
    case .blob: "bytea"
    }
  }
}
