import GRDB
import ParcelStore
import Synchronization

/// What a store's writer keeps in memory between its transactions, and how it notices that another
/// process wrote meanwhile.
///
/// Only touched on the queue of the pool's writer, which runs one closure at a time, hence unchecked.
final class WriterMemory: @unchecked Sendable {
  /// Of the last commit; nil after a commit that failed, and while the store rests.
  var state: WriterState?
  /// Of the remap that this process takes part in; see `ParcelRemap`.
  var remap: RemapWordings?
  /// Differs from what SQLite says when another connection has written since.
  private var dataVersion: Int64?
  private var counts: StoreChange.Counts = [:]
  /// What the current transaction has counted.
  private var counted: Set<StoreChange> = []
  /// How often the parcels' numbers were dropped, because another writer changed some.
  private(set) var parcelDrops = 0
  /// How often it was noticed that another writer changed the feeds; asked by other threads, too.
  let feedChanges = Mutex(0)

  /// Has to be called first in each transaction that writes. The write lock is held then, so that
  /// nobody else can write until the transaction ends.
  func begin(_ db: Database, store: String) throws {
    counted = []
    let version: Int64? = try db.value("PRAGMA data_version")
    guard version != dataVersion else { return }
    try Schema.refuseNewer(db, store: store)
    let now = try StoreChange.counts(db)
    let stale =
      dataVersion == nil ? [] : StoreChange.allCases.filter { now[$0] != counts[$0] }
    if stale.contains(.feeds) { feedChanges.withLock { $0 += 1 } }
    if state != nil {
      if stale.contains(.parcels) { parcelDrops += 1 }
      try state?.refresh(db, stale: stale)
    }
    // What others wrote is committed, so this stays right when the current transaction is rolled
    // back.
    (dataVersion, counts) = (version, now)
  }

  /// Counts what the current transaction changed, for the other writers.
  func count(_ db: Database, _ changes: Set<StoreChange>) throws {
    for change in changes.subtracting(counted) { try change.count(db) }
    counted.formUnion(changes)
  }

  /// Has to be called when the transaction is on disk: the changes that it counted are its own.
  func committed() {
    for change in counted { counts[change, default: 0] += 1 }
    counted = []
  }
}
