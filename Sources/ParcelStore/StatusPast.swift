/// What the table `current` keeps of the events before a parcel's status, in one integer of two bytes:
/// which rule decides, and which statuses there were.
///
/// It holds the statuses that are missing, and most of them stay missing. So the integer has its
/// size from the first event on; a row that grew might have to be moved to another page.
package struct StatusPast: Sendable {
  package let rule: CurrentStatus.Rule
  /// Nil: an older version wrote the row, and did not note them.
  package let seen: SeenStatuses?

  private static let base: Int64 = 1 << 15

  package init(rule: CurrentStatus.Rule, seen: SeenStatuses) {
    self.rule = rule
    self.seen = seen
  }

  /// Older versions wrote the rule alone. A parcel that has had all statuses but one may look the same: its
  /// events are asked then, as they are for those.
  package init(rawValue: Int64) {
    let bits = rawValue + Self.base
    rule = CurrentStatus.Rule(rawValue: bits & 3) ?? .unknown
    let isOlder = (0...3).contains(rawValue)
    // What does not fit is of no version of ours: the events are asked.
    seen = isOlder ? nil : UInt16(exactly: bits >> 2).map { SeenStatuses(missing: $0) }
  }

  /// Of a store that no older version wrote, which did not note them.
  package static func exact(rawValue: Int64) -> StatusPast {
    let bits = rawValue + base
    return StatusPast(
      rule: CurrentStatus.Rule(rawValue: bits & 3) ?? .unknown,
      seen: SeenStatuses(missing: UInt16(truncatingIfNeeded: bits >> 2)))
  }

  package var rawValue: Int64 {
    (Int64((seen ?? SeenStatuses()).missing) << 2 | rule.rawValue) - Self.base
  }
}
