import ParcelStore

/// What a change of the status map did.
public struct RemapSummary: Sendable, Hashable {
  /// The version of the map.
  public var map: String
  /// The wordings that mean something else now, those with the most events first.
  public var wordings: [RemappedWording] = []
  /// How many parcels were looked at, and how many current statuses were corrected, by this process.
  public var parcels = 0
  public var corrected = 0
  public var milliseconds = 0

  init(map: String) { self.map = map }
}
