import ParcelStore
import Postgres

/// The events of a copy by parcel: each with its `seq`, which the journal says.
struct CopiedEvents {
  private let db: PostgresConnection
  /// Whether the journal may lack events, as it is not complete.
  private let isPartial: Bool

  init(_ db: PostgresConnection, isPartial: Bool) {
    self.db = db
    self.isPartial = isPartial
  }

  /// - Parameter found: parcel, time, kind, site, wording and place of events, in the order of their key.
  func rows(_ found: PostgresRows) async throws(PostgresFault) -> CopiedRows {
    let numbers = try await numbers(of: found.map { $0.integer(5) })
    var rows = CopiedRows()
    for row in found {
      rows.begin()
      for column in 0..<5 { rows.add(row.integer(column)) }
      if let seq = numbers[row.integer(5)] {
        rows.add(seq)
      } else if isPartial {
        // So it differs from the source's.
        rows.addNull()
      } else {
        throw PostgresEventStore.damaged(
          "an event of parcel number \(row.integer(0)) is not in the journal")
      }
    }
    return rows
  }

  /// The `seq` of some places.
  private func numbers(of places: [Int64]) async throws(PostgresFault) -> [Int64: Int64] {
    guard !places.isEmpty else { return [:] }
    // Each block once, and its bytes are not sorted.
    let blocks = try await db.run(
      """
      SELECT \(EventReader.columns) FROM journal j WHERE j.first_seq IN (
        SELECT b.first_seq FROM unnest($1::int8[]) AS p(place) CROSS JOIN LATERAL (
          SELECT first_seq FROM journal
          WHERE batch = \(EventPlace.batch(of: "p.place"))
            AND first_place <= \(EventPlace.index(of: "p.place"))
          ORDER BY first_place DESC LIMIT 1) b)
      """, [.integers(places)])
    let wanted = Set(places)
    var numbers: [Int64: Int64] = [:]
    numbers.reserveCapacity(places.count)
    for row in blocks {
      let block = try EventReader.Block(row)
      for (offset, entry) in block.entries.enumerated() where !entry.isRemoved {
        let place = EventPlace(batch: block.batch, index: Int(entry.index)).rawValue
        if wanted.contains(place) { numbers[place] = block.firstSeq + Int64(offset) }
      }
    }
    return numbers
  }
}
