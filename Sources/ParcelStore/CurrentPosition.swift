/// Which of a parcel's events sets its status, as one integer: the one with the highest. Times that
/// can be right are above those that can't, then mapped statuses above unmapped ones, then the
/// later time, then the later life-cycle rank.
package struct CurrentPosition: Comparable, Sendable {
  package let rawValue: Int64

  private static let rankBits: Int64 = 5
  private static let mapped: Int64 = 1 << 46
  /// Below all others, so that the positions of older stores keep their order.
  private static let implausible: Int64 = -1 << 47

  /// From before the year 0 to after the year 9999, so that each date of a file has a position of its own.
  private static let instants: ClosedRange<Int64> = -(1 << 36)...(1 << 39)

  package init(rawValue: Int64) { self.rawValue = rawValue }

  /// - Parameter instant: of a time that can't be right: when it came.
  package init(instant: Int64, rank: UInt8, isMapped: Bool, isPlausible: Bool = true) {
    rawValue =
      ((isMapped ? Self.mapped : 0) | Self.encoded(instant) << Self.rankBits | Int64(rank))
      + (isPlausible ? 0 : Self.implausible)
  }

  /// An instant as a position holds it: never negative.
  package static func encoded(_ instant: Int64) -> Int64 {
    min(max(instant, instants.lowerBound), instants.upperBound) - instants.lowerBound
  }

  /// The instant that `position & timeMask >> 5` counts from: seconds since 1970.
  package static let instantOfKeyZero = instants.lowerBound

  /// Keeps time and rank of a position.
  package static let timeMask: Int64 = mapped - 1

  /// Time and rank of a position, as `position & timeMask` has them.
  package static func key(since instant: Int64, rank: UInt8 = 0) -> Int64 {
    encoded(instant) << rankBits | Int64(rank)
  }

  /// A condition of SQL on the statuses of the index `current_rare`, word for word as SQLite's index has it.
  /// - Parameter table: `c.`, or nothing.
  package static func isRare(of table: String) -> String {
    // Not a list: SQLite makes a table of one again for each row that is written, which costs as much as four rows.
    "(\(usualMask) >> (\(table)position & 31)) & 1 = 0"
  }

  /// A bit for each of the usual ranks. It is in the index of stores, so it never changes.
  private static let usualMask = usualRanks.reduce(0) { $0 | 1 << Int($1) }

  /// The ranks that it leaves out: unmapped (all parcels are, as long as a merchant has no map), announced, picked
  /// up, in transit, out for delivery, delivered.
  package static let usualRanks: Set<UInt8> = [0, 2, 4, 6, 8, 14]

  /// Seconds since 1970.
  package var instant: Int64 {
    (rawValue & Self.timeMask) >> Self.rankBits + Self.instants.lowerBound
  }

  package var rank: UInt8 { UInt8(rawValue & (1 << Self.rankBits - 1)) }

  package var isPlausible: Bool { rawValue >= 0 }

  /// The bits above time and rank: whether the time can be right, and whether the status is mapped.
  /// A day's order only decides between events that have the same.
  package var group: Int64 { rawValue & ~Self.timeMask }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
