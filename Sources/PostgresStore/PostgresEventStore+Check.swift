import ParcelStore
import Postgres

// Whether the store agrees with itself.
extension PostgresEventStore {
  /// Numbers of parcels that are looked at in one reading: some hundredths of a second.
  private static let checkedAtOnce: Int64 = 10_000

  public func check(
    _ depth: StoreCheck.Depth, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) -> StoreCheck {
    let damage = depth == .full ? try await damage() : []
    var check = try await read("check the store") { db in
      var check = try await Self.quickCheck(db)
      check.damage = damage
      // What a damaged database says proves nothing.
      if depth == .full, damage.isEmpty {
        try await JournalCheck(db).run(&check)
        try await RawCopyCheck(db).run(&check)
        try await ParcelRangeCheck(db).run(&check)
        try await ParcelLookupCheck(db).run(&check)
      }
      return check
    }
    guard depth == .full, check.damage.isEmpty else { return check }
    let last =
      try await ask(
        "check the statuses",
        """
        SELECT greatest(0, (SELECT max(id) FROM parcel), (SELECT max(parcel) FROM current),
          (SELECT max(parcel) FROM event))
        """
      ).first?.integer(0) ?? 0
    var reached: Int64 = 0
    while reached < last {
      let range = reached + 1...min(last, reached + Self.checkedAtOnce)
      let before = check
      check = try await read("check the statuses") { db in
        var check = before
        try await StatusCheck(db).run(range, &check)
        return check
      }
      reached = range.upperBound
      onProgress(Int(reached), Int(last))
    }
    return check
  }

  /// What the server itself finds.
  private func damage() async throws(StoreError) -> [String] {
    do {
      return try await readers.withSession { try await IndexCheck($0).run() }
    } catch {
      throw Self.error(error, "check the indexes", name)
    }
  }
}
