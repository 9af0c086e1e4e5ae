/// What changes in the current statuses of a run of 256 parcels: how many have which status, and the latest time at
/// which one began. The table `parcel_range` of each database keeps the sums, so that a question passes over runs without what it asks for.
package struct StatusTally: Sendable {
  /// Differences of the counts in `parcel_range.statuses`: nine bits for each of seven kinds of status. Each count is
  /// from 0 to 256, so a sum of differences never spills into the next one.
  package private(set) var statuses: Int64 = 0
  /// Seconds since 1970; `.min`: no status changed.
  package private(set) var latest = Int64.min

  /// The ranks that have a count of their own, in the order of their bits. It is stored, so it never changes. All
  /// others share the seventh: `current_rare` has them one by one.
  package static let counted: [UInt8] = [2, 4, 6, 8, 14, 0]

  private static let bits = 9
  private static let others = bits * 6

  package init() {}

  /// Notes the status that a parcel has now.
  /// - Parameter before: nil: it had none.
  @inline(__always)
  package mutating func change(from before: CurrentPosition?, to after: CurrentPosition) {
    statuses += Self.unit(after.rank)
    if let before { statuses -= Self.unit(before.rank) }
    latest = max(latest, after.instant)
  }

  /// One parcel with a status.
  @inline(__always)
  package static func unit(_ rank: UInt8) -> Int64 {
    switch rank {
    case 2: 1
    case 4: 1 << bits
    case 6: 1 << (2 * bits)
    case 8: 1 << (3 * bits)
    case 14: 1 << (4 * bits)
    case 0: 1 << (5 * bits)
    default: 1 << others
    }
  }

  /// The bits of a count.
  package static func mask(of rank: UInt8) -> Int64 { (1 << bits - 1) * unit(rank) }

  /// One parcel with a status that shares its count with others.
  package static var other: Int64 { 1 << others }

  /// The same as one parcel's `unit`, as SQL.
  /// - Parameter position: an expression of SQL.
  package static func unit(ofPosition position: String) -> String {
    let cases = counted.map { "WHEN \($0) THEN \(unit($0))" }.joined(separator: " ")
    return "(CASE \(position) & 31 \(cases) ELSE \(1 << others) END)"
  }

  /// The sum of some counts, as SQL.
  /// - Parameter ranks: such as have a count of their own; nil: all counts.
  package static func sum(of ranks: [UInt8]?) -> String {
    let units = ranks?.map { unit($0) } ?? counted.map { unit($0) } + [1 << others]
    return units.map { "((statuses / \($0)) & \(1 << bits - 1))" }.joined(separator: " + ")
  }
}
