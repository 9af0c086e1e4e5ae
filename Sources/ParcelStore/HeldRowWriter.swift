import Carrier
import Contract

/// What is written about held rows beside what a commit does with them.
public protocol HeldRowWriter: Sendable {
  /// Begins a look for rows of known parcels among a pair's held rows.
  /// - Returns: where it begins. What stands before was looked at, and no parcel of the pair became known
  ///   since; nil: that holds of all its rows, and nothing was begun.
  func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor?

  /// Notes that the look which was begun last has seen all rows that were there then, and that what it left
  /// has no known parcel.
  func endLook(at account: AccountPair) async throws(StoreError)

  /// Notes that the rows of a pair are held for another reason now.
  func setReason(_ reason: HoldReason, for account: AccountPair) async throws(StoreError)

  /// Throws held rows away; their files count them as skipped.
  /// - Returns: how many.
  func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int
}
