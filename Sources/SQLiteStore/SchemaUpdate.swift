import Foundation
import GRDB
import ParcelStore

/// Brings the tables of a store up to date that is opened for writing. That needs the lease,
/// because a running daemon of the version before does not know the new tables.
struct SchemaUpdate {
  let pool: DatabasePool
  let turn: WriteTurn
  /// Told again and again while an older store is brought up to date.
  var goesOn: (@Sendable () -> Void)?

  /// How many seconds it waits for another process that has the lease to begin with it.
  private static let patience = 2.0

  /// - Parameter mayMake: whether there need be no store yet.
  func run(hasLease: Bool, _ mayMake: Bool) throws {
    let end = Date() + Self.patience
    while try !isDone(mayMake) {
      if hasLease { return try migrate() }
      let lease: StoreLease
      do throws(StoreError) {
        lease = try StoreLease.acquire(turn.file)
      } catch {
        // The process that does it has the turn meanwhile.
        guard error.kind == .leased else { throw error }
        try turn.during("bring it up to date") {}
        if try isDone(mayMake) { return }
        guard Date() < end else { throw advised(error) }
        usleep(50_000)
        continue
      }
      return try withExtendedLifetime(lease) { try migrate() }
    }
  }

  private func isDone(_ mayMake: Bool) throws -> Bool {
    try pool.read { db in
      if try !Schema.isThere(db) {
        if mayMake { return false }
        throw Schema.notAStore(turn.file.store)
      }
      try Schema.refuseNewer(db, store: turn.file.store)
      return try Schema.migrator.hasCompletedMigrations(db)
    }
  }

  private func migrate() throws {
    // A new store has its tables at once.
    let goesOn = try pool.read { try Schema.isThere($0) } ? goesOn : nil
    try turn.during("bring it up to date") {
      try StatementProgress.during(pool, goesOn) { try Schema.migrator.migrate(pool) }
    }
  }

  private func advised(_ error: StoreError) -> StoreError {
    StoreError(
      .leased, operation: "bring it up to date", store: error.store, reason: error.reason,
      advice: "that one is of an older version: start it again, and it does so")
  }
}
