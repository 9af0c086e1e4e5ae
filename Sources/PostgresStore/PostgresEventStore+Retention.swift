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
    let operation = "delete events that are too old"
    if done == 0 {
      try await write("make tables of events") {
        try await Partitions.add($0, around: Int64(time(nil)))
      }
    }
    // Not by a session that reads: a replica may still have what is gone.
    let look = try await write("look for events that are too old") { db in
      try await ParcelPruning(db, before: oldest).look(after: done, limit: limit)
    }
    guard let look else {
      let isAny = try await write("delete corrections that are too old") { db in
        try await ParcelPruning(db, before: oldest).deleteCorrections()
      }
      return isAny ? PruneStep(done: done, all: done) : nil
    }
    guard look.step.events > 0 else { return look.step }
    // Other writers have numbers of parcels in memory, so none of them may be at work when parcels go.
    guard look.step.parcels > 0 else {
      return try await write(operation) { db in
        try await ParcelPruning(db, before: oldest).delete(look, takesParcels: false)
      }
    }
    return try await writeAlone(operation, changes: [.parcels]) { db in
      try await ParcelPruning(db, before: oldest).delete(look, takesParcels: true)
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
