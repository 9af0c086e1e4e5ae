import GRDB
import ParcelStore

// What is older than it is kept, and the space that it took.
extension SQLiteEventStore {
  public func prunable(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    try await read("look for events that are too old") { db in
      var pruning = try ParcelPruning(db, before: oldest, isDry: true)
      return try pruning.run(after: done, limit: limit)
    }
  }

  public func prune(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    // Nearly every run of an upkeep finds nothing to do, and should not write then.
    let isAny = try await read("look for events that are too old") { db in
      try db.value(
        """
        SELECT EXISTS(SELECT 1 FROM parcel_range WHERE block >= ?1 AND min_time < ?2)
          OR EXISTS(SELECT 1 FROM correction WHERE at < ?2)
        """, [(done + 1) >> ParcelRangeWriter.blockBits, oldest]) ?? false
    }
    guard isAny else { return nil }
    return try await transact("delete events that are too old") { db, memory in
      var pruning = try ParcelPruning(db, before: oldest, isDry: false)
      let step = try pruning.run(after: done, limit: limit)
      guard let step, step.parcels > 0 else { return (step, memory.state) }
      try memory.count(db, [.parcels])
      // It has numbers of parcels that are no more.
      return (step, nil)
    }
  }

  public func heldRows(before instant: Int64) async throws(StoreError) -> Int {
    try await read("count held rows that are too old") { db in
      try db.value("SELECT count(*) FROM held WHERE received_at < ?", [instant]) ?? 0
    }
  }

  /// Pages that one transaction gives back: 8 MB.
  private static let pagesAtOnce = 2_000

  private struct Pages {
    var size = 0
    var all = 0
    var free = 0
    /// Whether free pages can be given back some at a time; stores of older versions can't.
    var isIncremental = false

    init(_ db: Database) throws {
      func ask(_ name: String) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
      (size, all) = (try ask("page_size"), try ask("page_count"))
      free = try ask("freelist_count")
      isIncremental = try ask("auto_vacuum") == 2
    }
  }

  public func freeSpace() async throws(StoreError) -> Int {
    try await read("ask how much space is free") { db in
      let pages = try Pages(db)
      return pages.free * pages.size
    }
  }

  public func giveSpaceBack() async throws(StoreError) -> Int {
    let pages = try await read("ask how much space is free") { db in try Pages(db) }
    guard pages.free > 0 else { return 0 }
    guard pages.isIncremental else {
      // Writing a whole store again is worth it once, when a good part of it is free.
      guard pages.free * 4 >= pages.all else { return 0 }
      try await rewrite()
      return pages.free * pages.size
    }
    return try await write("give space back") { db in
      let before = try Pages(db)
      let vacuum = try RawStatement(db, "PRAGMA incremental_vacuum(\(Self.pagesAtOnce))")
      // Each step gives one page back.
      while try vacuum.step() {}
      vacuum.reset()
      return max(0, before.free - (try Pages(db)).free) * before.size
    }
  }

  /// Writes the whole store again without its free pages; afterwards these can be given back some at a time.
  /// Others read meanwhile, and whoever writes waits. Needs as much space again.
  func rewrite() async throws(StoreError) {
    do {
      guard let turn = writing?.turn else {
        throw StoreError(
          .denied, operation: "rewrite it", store: path, reason: "it was opened for reading only",
          advice: "this is a fault of colisd; please report it")
      }
      try await pool.writeWithoutTransaction { db in
        try turn.during("rewrite it") {
          try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
        }
      }
    } catch {
      throw Self.error(error, "rewrite it", path)
    }
  }
}
