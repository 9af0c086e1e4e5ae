import Carrier
import GRDB
import ParcelStore

// Recipients' data that is erased.
extension SQLiteEventStore {
  public func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure] {
    try await read("list the erasures") { db in
      try ErasureRows.erasures(db, in: range, limit: limit)
    }
  }

  public func unfinishedErasures() async throws(StoreError) -> [Erasure] {
    try await read("list the erasures that are not finished") { db in
      try ErasureRows.unfinished(db)
    }
  }

  public func erasedLines(after file: FileID?) async throws(StoreError) -> ErasedLines? {
    let mine = writing?.reader
    return try await read("list the lines that came after an erasure") { db in
      try ErasureRows.lines(db, after: file?.rawValue ?? 0) { reader in
        reader == mine?.value || mine?.other(reader) != nil
      }
    }
  }

  public func erasureDebt() async throws(StoreError) -> ErasureDebt {
    try await read("ask what is left of erased data") { db in try Self.debt(db) }
  }

  static func debt(_ db: Database) throws -> ErasureDebt {
    var debt = ErasureDebt()
    debt.unfinished = try db.value("SELECT count(*) FROM erasure WHERE is_open") ?? 0
    debt.files = try db.value("SELECT count(DISTINCT file) FROM erased_line") ?? 0
    debt.isRewriteOwed = try StoreRewrite.Owed(db) != .nothing
    return debt
  }

  public func erase(
    _ number: ParcelNumber, of account: AccountPair?, at instant: Int64
  ) async throws(StoreError) -> Erasure {
    try await transact("erase a recipient's data") { db, memory in
      let row = try account.map { try Ledger.accountID(db, $0) } ?? 0
      let erasure = try ParcelErasure(db).begin(number, account, account: row, at: instant)
      try memory.count(db, [.parcels, .erasures])
      // It has digests of the parcel's data, and other erasures.
      return (erasure, nil)
    }
  }

  public func eraseLines(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(StoreError) -> ErasureStep? {
    // Most lines are another parcel's, and looking at them keeps nobody from writing.
    let looked = try await read("look for a recipient's data") { db in
      try ParcelErasure(db).find(erasure, after: cursor, limit: limit)
    }
    guard let (found, step) = looked else { return nil }
    guard !found.isEmpty else { return step }
    return try await write("erase a recipient's data") { db in
      var step = step
      try ParcelErasure(db).erase(
        found, about: erasure.number, &step, areRejects: cursor.isAtRejects)
      return step
    }
  }

  public func finish(_ erasure: Erasure) async throws(StoreError) {
    try await write("note that an erasure is finished") { db in
      try db.run(
        "UPDATE erasure SET is_open = 0 WHERE seq = ? AND at <= ?", [erasure.seq, erasure.at])
    }
  }

  public func forget(_ lines: ErasedLines) async throws(StoreError) {
    try await write("note that lines are erased") { db in
      for line in lines.lines {
        try db.run(
          "DELETE FROM erased_line WHERE file = ? AND line = ?", [lines.file.rawValue, line])
      }
    }
  }

  public func rewriteErased() async throws(StoreError) -> RewriteOutcome {
    // Nearly every look finds nothing to do, and should take no turn then.
    let owed = try await read("ask what is left of erased data") { db in
      try StoreRewrite.Owed(db)
    }
    guard owed != .nothing else { return .notOwed }
    do {
      guard let turn = writing?.turn else {
        throw StoreError(
          .denied, operation: "rewrite it", store: path, reason: "it was opened for reading only",
          advice: "this is a fault of colisd; please report it")
      }
      let path = path
      return try await pool.writeWithoutTransaction { db in
        try turn.during("rewrite it") { try StoreRewrite(db, path: path).run() }
      }
    } catch {
      throw Self.error(error, "rewrite it", path)
    }
  }
}
