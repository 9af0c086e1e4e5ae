import Carrier

/// A recipient's data of a parcel is gone: order reference, postcode, and whatever else the rows of the parcel said.
/// Its events stay.
public struct Erasure: Sendable, Hashable {
  /// In the same order as those of events.
  public var seq: Int64
  public var number: ParcelNumber
  /// Nil: only lines that could not be read carried the number, and they name no account.
  public var account: AccountPair?
  /// When it was asked for: seconds since 1970. Rows of an earlier time bring no data of the recipient any more; see
  /// `hides`.
  public var at: Int64

  package init(seq: Int64, number: ParcelNumber, account: AccountPair?, at: Int64) {
    self.seq = seq
    self.number = number
    self.account = account
    self.at = at
  }

  /// Whether a row of the parcel is about the recipient whose data was erased. A later row is, as numbers come again,
  /// about another parcel. One without a date, or with one that can't be right, may be of any time.
  /// - Parameters:
  ///   - time: when it happened.
  ///   - instant: up to when data was erased: seconds since 1970.
  ///   - receivedAt: when the row came: seconds since 1970.
  package static func hides(_ time: EventTime, upTo instant: Int64, receivedAt: Int64) -> Bool {
    time.precision == .none || time.seconds <= instant
      || !PlausibleTimes.contains(time, receivedAt: receivedAt)
  }
}
