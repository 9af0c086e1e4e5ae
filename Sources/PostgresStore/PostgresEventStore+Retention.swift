import Glibc
import ParcelStore
import Postgres

// What is older than it is kept, and the space that it took.
extension PostgresEventStore {
  public func prunable(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    try await read("look for events that are too old") { db in
      try await ParcelPruning(db, before: oldest).look(after: done, limit: limit)?.step
    }
  }

  public func prune(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    // Not by a session that reads: a replica may still have what is gone. Nearly every run of an upkeep finds nothing to
    // do, and should keep no other writer waiting then.
    let look = try await write("look for events that are too old") { db in
      try await ParcelPruning(db, before: oldest).look(after: done, limit: limit)
    }
    guard let look else {
      let isAny = try await write("delete corrections that are too old") { db in
        try await ParcelPruning(db, before: oldest).deleteCorrections()
      }
      return isAny ? PruneStep(done: done, all: done) : nil
    }
    guard !look.isDone else { return look.step }
    return try await transact("delete events that are too old", .alone) { db, memory in
      let step = try await ParcelPruning(db, before: oldest).delete(look)
      guard step.parcels > 0 else { return Writer.Outcome(result: step, memory: memory) }
      let changes: Set<StoreChange> = [.parcels]
      try await db.run(StoreChange.statements(changes))
      // It has numbers of parcels that are no more.
      return Writer.Outcome(result: step, memory: nil, changes: changes)
    }
  }

  public func heldRows(before instant: Int64) async throws(StoreError) -> Int {
    let rows = try await ask(
      "count held rows that are too old", "SELECT count(*) FROM held WHERE received_at < $1",
      [.integer(instant)])
    return Int(rows.first?.integer(0) ?? 0)
  }

  public func freeSpace() async throws(StoreError) -> Int {
    try await read("ask how much space is free") { db in
      try await Partitions.empty(db, around: Int64(time(nil))).reduce(0) { $0 + $1.bytes }
    }
  }

  /// Takes months without events away. All else that is free the server gives back or uses again by itself.
  public func giveSpaceBack() async throws(StoreError) -> Int {
    let operation = "give space back"
    // Reads whole tables, so other writers are kept out only when it is worth it.
    let isAny = try await write(operation) { db in
      try await !Partitions.empty(db, around: Int64(time(nil))).isEmpty
    }
    guard isAny else { return 0 }
    return try await writeAlone(operation, changes: []) { db in
      try await Partitions.dropEmpty(db, around: Int64(time(nil)))
    }
  }
}
