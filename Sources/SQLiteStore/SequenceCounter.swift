import GRDB

/// Gives out `seq`: a counter that is part of the store, so that no number comes twice, not even when the
/// newest events are deleted.
///
/// It is read inside the transaction that gives numbers out, because others may have written
/// before, and written back by it.
struct SequenceCounter {
  /// The last number that was given; 0 before the first.
  private(set) var last: Int64

  init(_ db: Database) throws {
    guard let last: Int64 = try db.value("SELECT sequence FROM store") else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the counter of seq is missing")
    }
    self.last = last
  }

  /// Notes that events and parcels were added, the last event with the number before `next`.
  mutating func advance(_ db: Database, to next: Int64, parcels: Int64) throws {
    guard next - 1 > last || parcels > 0 else { return }
    try db.run(
      "UPDATE store SET sequence = ?1, events = events + ?2, parcels = parcels + ?3",
      [next - 1, next - 1 - last, parcels])
    last = next - 1
  }

  /// Notes that numbers were given to entries of the journal that are no events, the last one before `next`.
  mutating func advance(_ db: Database, pastEntries next: Int64) throws {
    guard next - 1 > last else { return }
    try db.run("UPDATE store SET sequence = ?", [next - 1])
    last = next - 1
  }
}
