import Status

/// What has to be changed to put a map in force.
public struct MapChange: Sendable {
  public var map: StatusMap
  /// The wordings that mean something else by it, up to the number `last`.
  public var wordings: [RemappedWording] = []
  /// The number of the last wording that was compared. Others may have come since.
  public var last: Int64 = 0

  public init(to map: StatusMap) { self.map = map }

  /// Compares wordings that come after those before.
  public mutating func compare(_ stored: [StoredWording]) {
    for wording in stored {
      let meaning = map.meaning(code: wording.wording.code, label: wording.wording.label).meaning
      if meaning != wording.meaning {
        wordings.append(RemappedWording(before: wording, meaning: meaning))
      }
      last = max(last, wording.number)
    }
  }

  /// The wordings that the map would make unmapped.
  public var lost: [RemappedWording] { wordings.filter(\.isLost) }
}
