/// A place in the list of parcels: after the parcel that it names. Whoever asks again with the last one's
/// cursor gets the next page; a parcel whose status has changed meanwhile may come again, or not at all.
///
/// Its text is opaque to users: `1787910130.14.77`.
public struct ParcelCursor: Hashable, Sendable, CustomStringConvertible {
  /// When the parcel's status began: seconds since 1970.
  package var since: Int64
  /// The status's place among those of the same time: `ParcelStatus.timelineRank`.
  package var rank: UInt8
  /// The store's number of the parcel.
  package var parcel: Int64

  package init(since: Int64, rank: UInt8, parcel: Int64) {
    self.since = since
    self.rank = rank
    self.parcel = parcel
  }

  /// - Returns: nil when the text is no cursor.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let since = Int64(parts[0]), let rank = UInt8(parts[1]), rank < 32,
      let parcel = Int64(parts[2]), parcel >= 0
    else { return nil }
    self.init(since: since, rank: rank, parcel: parcel)
  }

  public var description: String { "\(since).\(rank).\(parcel)" }
}

extension ParcelCursor: Comparable {
  /// The later place in the list is the smaller one, as the latest status comes first.
  public static func < (left: Self, right: Self) -> Bool {
    (left.since, left.rank, left.parcel) < (right.since, right.rank, right.parcel)
  }
}
