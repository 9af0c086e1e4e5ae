/// What an event did to its parcel's current status when it was stored. Later events, merged codes
/// or a new status map would hide it, so it is recorded at that moment.
public struct StatusEffect: Hashable, Sendable {
  /// Before the event the current status was another one, or there was none.
  public var changesStatus: Bool
  /// No event of the parcel had its status before.
  public var isFirstOfStatus: Bool

  public init(changesStatus: Bool, isFirstOfStatus: Bool) {
    self.changesStatus = changesStatus
    self.isFirstOfStatus = isFirstOfStatus
  }
}

extension StatusEffect {
  /// As stores keep it.
  package var bits: UInt8 { (changesStatus ? 1 : 0) | (isFirstOfStatus ? 2 : 0) }

  package init(bits: UInt8) {
    self.init(changesStatus: bits & 1 != 0, isFirstOfStatus: bits & 2 != 0)
  }
}
