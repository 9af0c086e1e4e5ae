import Carrier
import ParcelStore
import TrackingFile

/// Which rows of files are about a recipient whose data is erased.
struct ErasedRows: Sendable {
  var number: ParcelNumber
  /// Nil: of any account.
  var account: AccountPair?
  /// Numbers come again: what happened later is about another parcel. Seconds since 1970.
  var upTo: Int64

  enum Verdict { case other, isErased, isSpared }

  /// - Parameters:
  ///   - mentions: whether the row has the number somewhere; only asked of rows of other parcels.
  ///   - receivedAt: when the row came: seconds since 1970.
  func verdict(
    _ record: TrackingRecord, of pair: AccountPair, mentions: @autoclosure () -> Bool,
    receivedAt: Int64
  ) -> Verdict {
    // A row of another parcel that names this one, such as a return, says something of the recipient, too.
    guard record.parcel == number else { return mentions() ? .isErased : .other }
    if let account, account != pair { return .isSpared }
    let isHidden = Erasure.hides(record.time, upTo: upTo, receivedAt: receivedAt)
    return isHidden ? .isErased : .isSpared
  }
}
