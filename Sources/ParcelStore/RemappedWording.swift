import Status

/// A wording that means something else by another map.
public struct RemappedWording: Sendable, Hashable {
  /// As it was before.
  public var before: StoredWording
  public var meaning: Meaning
  /// How many parcels have events with it, as far as they were looked at; nil: not counted.
  public var parcels: Int?

  public init(before: StoredWording, meaning: Meaning, parcels: Int? = nil) {
    self.before = before
    self.meaning = meaning
    self.parcels = parcels
  }

  /// A wording of events that was known and would not be any more, as after a slip in the map.
  public var isLost: Bool {
    meaning.status == .unmapped && before.meaning.status != .unmapped && before.events > 0
  }
}
