import ParcelStore
import Postgres

// How much the store holds, and which store it is.
extension PostgresEventStore {
  public func incarnation() async throws(StoreError) -> Incarnation {
    try await read("read the store's ID") { db in
      let text = try await db.text("SELECT incarnation FROM store")
      guard let incarnation = text.flatMap({ Incarnation($0) }) else {
        throw Self.damaged("the store's ID is missing")
      }
      return incarnation
    }
  }

  public func counts() async throws(StoreError) -> StoreCounts {
    try await read("read the counts") { db in
      // Through indexes that only have these.
      let lost = "FROM file WHERE \(Ledger.isLost)"
      let answers = try await db.run(
        StoredCounts.kept + [
          PostgresStatement("SELECT count(*) \(lost)"),
          PostgresStatement("SELECT path \(lost) ORDER BY gone_at, id LIMIT 1"),
          // By themselves first, so that files are not walked in search of the oldest error.
          PostgresStatement(
            """
            WITH pending AS MATERIALIZED (
              SELECT id, post_action_error FROM file
              WHERE post_action = 'delete-pending' OR post_action LIKE 'move-pending:%')
            SELECT count(*), count(post_action_error), (SELECT post_action_error FROM pending
              WHERE post_action_error IS NOT NULL ORDER BY id LIMIT 1) FROM pending
            """),
        ])
      var counts = StoreCounts()
      try counts.take(StoredCounts.counts(answers[0], answers[1]))
      counts.lostFiles = Int(answers[2].first?.integer(0) ?? 0)
      counts.firstLostFile = answers[3].first?.text(0)
      counts.pendingPostActions = Int(answers[4].first?.integer(0) ?? 0)
      counts.failedPostActions = Int(answers[4].first?.integer(1) ?? 0)
      counts.postActionError = answers[4].first?.textIfAny(2)
      return counts
    }
  }

  /// Compares the kept counts with the rows.
  static func quickCheck(_ db: PostgresConnection) async throws -> StoreCheck {
    let answers = try await db.run(
      StoredCounts.kept + StoredCounts.counted + EndpointRows.checked + [
        PostgresStatement(
          """
          SELECT sequence, greatest(0,
            (SELECT first_seq + events - 1 FROM journal ORDER BY first_seq DESC LIMIT 1),
            (SELECT max(seq) FROM correction), (SELECT max(seq) FROM erasure)) FROM store
          """)
      ])
    var check = StoreCheck()
    let kept = try StoredCounts.counts(answers[0], answers[1])
    let found = try StoredCounts.counts(answers[2], answers[3])
    check.compare(kept, with: found)
    EndpointRows.check(answers[4..<answers.count - 1], &check)
    if let row = answers.last?.first, row.integer(0) < row.integer(1) {
      check.counts.append(
        .init(name: "last seq", kept: Int(row.integer(0)), found: Int(row.integer(1))))
    }
    return check
  }
}

/// The counts that the store keeps, and the same counted from the rows.
private enum StoredCounts {
  static let kept = [
    PostgresStatement("SELECT events, parcels FROM store"), PostgresStatement(KeptCounts.select),
  ]

  /// In the same form.
  static let counted = [
    PostgresStatement("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM parcel)"),
    PostgresStatement(
      """
      SELECT 'held', count(*) FROM held UNION ALL SELECT 'reject', count(*) FROM reject
      UNION ALL SELECT 'file ' || state, count(*) FROM file GROUP BY state
      """),
  ]

  static func counts(
    _ events: PostgresRows, _ others: PostgresRows
  ) throws(PostgresFault) -> [KeptCount: Int] {
    guard let row = events.first else {
      throw PostgresEventStore.damaged("the counts are missing")
    }
    var counts: [KeptCount: Int] = [.events: Int(row.integer(0)), .parcels: Int(row.integer(1))]
    for row in others {
      let (name, count) = (row.text(0), Int(row.integer(1)))
      switch name {
      case "held": counts[.held] = count
      case "reject": counts[.rejected] = count
      default:
        if name.hasPrefix("file ") { counts[.files(String(name.dropFirst(5)))] = count }
      }
    }
    return counts
  }
}
