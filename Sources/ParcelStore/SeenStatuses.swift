/// Which statuses a parcel's events have had so far, so that a commit knows whether one is the first of
/// its status without reading the others.
package struct SeenStatuses: Equatable, Sendable {
  private var bits: UInt16

  package init() { bits = 0 }

  init(bits: UInt16) { self.bits = bits }

  /// All statuses; there are 14.
  private static let all: UInt16 = 1 << 14 - 1

  /// The statuses that no event has had; what the table holds.
  var missing: UInt16 { ~bits & Self.all }

  init(missing: UInt16) { bits = ~missing & Self.all }

  /// - Parameter rank: the status's `timelineRank`, which no other status has. It is even but for the one
  ///   status that shares its place in the life cycle.
  /// - Returns: whether the status was not among them.
  @inline(__always)
  package mutating func insert(rank: UInt8) -> Bool {
    let bit: UInt16 = 1 << (rank & 1 == 0 ? UInt16(rank >> 1) : 13)
    defer { bits |= bit }
    return bits & bit == 0
  }
}
