import GRDB
import ParcelStore

// Whether the store agrees with itself.
extension SQLiteEventStore {
  /// Numbers of parcels that are looked at in one reading: some hundredths of a second.
  private static let checkedAtOnce: Int64 = 10_000

  public func check(
    _ depth: StoreCheck.Depth, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) -> StoreCheck {
    var check = try await read("check the store") { db in
      var check = try Self.check(db, depth)
      // What a damaged database says proves nothing.
      if depth == .full, check.damage.isEmpty {
        try JournalCheck(db).run(&check)
        try RawCopyCheck(db).run(&check)
        try ParcelRangeCheck(db).run(&check)
      }
      return check
    }
    guard depth == .full, check.damage.isEmpty else { return check }
    let last = try await read("check the statuses") { db in
      try db.value(
        """
        SELECT max(
          ifnull((SELECT max(id) FROM parcel), 0), ifnull((SELECT max(parcel) FROM current), 0),
          ifnull((SELECT max(parcel) FROM event), 0))
        """) ?? 0 as Int64
    }
    var reached: Int64 = 0
    var receipts = ReceiptRuns()
    while reached < last {
      let range = reached + 1...min(last, reached + Self.checkedAtOnce)
      let (before, known) = (check, receipts)
      (check, receipts) = try await read("check the statuses") { db in
        var (check, receipts) = (before, known)
        try receipts.update(db)
        try StatusCheck(db, receipts).run(range, &check)
        return (check, receipts)
      }
      reached = range.upperBound
      onProgress(Int(reached), Int(last))
    }
    return check
  }
}
