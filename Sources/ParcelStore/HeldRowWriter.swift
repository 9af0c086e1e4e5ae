import Carrier
import Contract

/// Writes about held rows apart from commits.
public protocol HeldRowWriter: Sendable {
  /// Begins a search for rows of known parcels among a pair's held rows.
  /// - Returns: where it begins: the rows before were searched, and no parcel of the pair became
  ///   known since. Nil: that is so for all its rows, and no search was begun.
  func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor?

  /// Records that the search which was begun last has seen all rows that were there then, and that
  /// no row that it left held has a known parcel.
  func endLook(at account: AccountPair) async throws(StoreError)

  /// Records for which reason the rows of a pair are held now.
  func setReason(_ reason: HoldReason, for account: AccountPair) async throws(StoreError)

  /// Discards held rows; their files count them as skipped.
  /// - Returns: how many.
  func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int
}
