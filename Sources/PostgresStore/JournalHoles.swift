import Postgres

/// Takes entries out of the journal. The others keep their places, and so their `seq`; a block goes when all
/// of its entries are gone.
struct JournalHoles {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  /// Events that are looked for, and blocks that are written, in one round trip.
  private static let mostAtOnce = 20_000
  private static let mostBlocks = 500

  /// - Parameter places: of the events; see `EventPlace`.
  func remove(_ places: [Int64]) async throws {
    // Neighbours are in the same block.
    let sorted = places.sorted()
    for start in stride(from: 0, to: sorted.count, by: Self.mostAtOnce) {
      try await removeSome(Array(sorted[start..<min(start + Self.mostAtOnce, sorted.count)]))
    }
  }

  private func removeSome(_ places: [Int64]) async throws {
    let blocks = try await db.run(
      """
      SELECT first_seq, batch, events, records FROM journal WHERE first_seq IN (
        SELECT b.first_seq FROM unnest($1::int8[]) AS p(place) CROSS JOIN LATERAL (
          SELECT first_seq FROM journal
          WHERE batch = \(EventPlace.batch(of: "p.place"))
            AND first_place <= \(EventPlace.index(of: "p.place"))
          ORDER BY first_place DESC LIMIT 1) b)
      ORDER BY first_seq FOR UPDATE
      """, [.integers(places)])
    let gone = Set(places)
    var empty: [Int64] = []
    var changed: [PostgresStatement] = []
    for row in blocks {
      let (first, batch) = (row.integer(0), row.integer(1))
      guard var entries = JournalBlock.entries(of: row.bytes(3), count: Int(row.integer(2))) else {
        throw PostgresEventStore.damaged("a block of the journal is damaged")
      }
      var isChanged = false
      for index in entries.indices
      where gone.contains(EventPlace(batch: batch, index: Int(entries[index].index)).rawValue) {
        entries[index].remove()
        isChanged = true
      }
      // A place that no block has.
      guard isChanged else { continue }
      guard !entries.allSatisfy(\.isRemoved) else {
        empty.append(first)
        continue
      }
      changed.append(Self.write(entries, first))
      if changed.count == Self.mostBlocks {
        try await db.run(changed)
        changed = []
      }
    }
    try await db.run(changed)
    if !empty.isEmpty {
      try await db.run("DELETE FROM journal WHERE first_seq = ANY($1)", [.integers(empty)])
    }
  }

  private static func write(_ entries: [JournalBlock.Entry], _ first: Int64) -> PostgresStatement {
    var block = JournalBlock()
    for entry in entries { block.append(entry) }
    return PostgresStatement(
      "UPDATE journal SET records = $2 WHERE first_seq = $1",
      [.integer(first), .bytes(block.bytes)])
  }
}
