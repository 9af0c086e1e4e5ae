import Carrier
import ParcelStore
import Postgres

// Recipients' data that is erased.
extension PostgresEventStore {
  public func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure] {
    try await read("list the erasures") { db in
      try await ErasureRows.erasures(db, in: range, limit: limit)
    }
  }

  public func unfinishedErasures() async throws(StoreError) -> [Erasure] {
    try await latest("list the erasures that are not finished") { db in
      try await ErasureRows.unfinished(db)
    }
  }

  public func erasedLines(after file: FileID?) async throws(StoreError) -> ErasedLines? {
    let worker = writer?.worker.id
    return try await latest("list the lines that came after an erasure") { db in
      try await ErasureRows.lines(db, after: file?.rawValue ?? 0, worker: worker)
    }
  }

  public func erasureDebt() async throws(StoreError) -> ErasureDebt {
    try await latest("ask what is left of erased data") { db in try await Self.debt(db) }
  }

  static func debt(_ db: PostgresConnection) async throws(PostgresFault) -> ErasureDebt {
    try await ErasureRows.debt(db)
  }

  public func erase(
    _ number: ParcelNumber, of account: AccountPair?, at instant: Int64
  ) async throws(StoreError) -> Erasure {
    try await writeAlone("erase a recipient's data", changes: [.parcels, .erasures]) { db in
      try await ParcelErasure(db).begin(number, account, at: instant)
    }
  }

  public func eraseLines(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(StoreError) -> ErasureStep? {
    try await write("erase a recipient's data") { db in
      let looked = try await ParcelErasure(db).find(erasure, after: cursor, limit: limit)
      guard let (found, step) = looked else { return nil }
      guard !found.isEmpty else { return step }
      var done = step
      try await ParcelErasure(db).erase(
        found, about: erasure.number, &done, areRejects: cursor.isAtRejects)
      return done
    }
  }

  public func finish(_ erasure: Erasure) async throws(StoreError) {
    try await write("note that an erasure is finished") { db in
      _ = try await db.run(
        "UPDATE erasure SET is_open = false WHERE seq = $1 AND at <= $2",
        [.integer(erasure.seq), .integer(erasure.at)])
    }
  }

  public func forget(_ lines: ErasedLines) async throws(StoreError) {
    try await write("note that lines are erased") { db in
      _ = try await db.run(
        "DELETE FROM erased_line WHERE file = $1 AND line = ANY($2::int8[])",
        [.integer(lines.file.rawValue), .integers(lines.lines.map { Int64($0) })])
    }
  }

  public func rewriteErased() async throws(StoreError) -> RewriteOutcome {
    let operation = "take what was erased out of its tables"
    // Nearly every look finds nothing to do.
    let debt = try await latest(operation) { db in try await ErasureVacuum.Debt(db) }
    guard let debt else { return .notOwed }
    guard let writer else {
      throw StoreError(
        .denied, operation: operation, store: name, reason: "it was opened for reading only",
        advice: "this is a fault of colisd; please report it")
    }
    do {
      let reason = try await writer.aside { try await ErasureVacuum($0).run(debt) }
      if let reason { return .owed(reason) }
    } catch {
      throw Self.error(error, operation, name)
    }
    let isDone = try await write(operation) { db in
      try await db.run(
        "DELETE FROM note WHERE key = '\(ErasureVacuum.note)' AND value = $1", [.text(debt.value)]
      ).changed > 0
    }
    return isDone ? .done : .owed("more was erased meanwhile")
  }
}
