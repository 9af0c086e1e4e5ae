/// What a check of a store found to be wrong.
public struct StoreCheck: Sendable, Equatable {
  /// How much is looked at.
  public enum Depth: Sendable {
    /// Whether the database is whole, and the kept counts agree with the rows.
    case quick
    /// Also whether the indexes agree with the tables, the journal with the events, and each current status with its
    /// parcel's timeline.
    case full
  }

  /// A kept count that does not agree with the rows.
  public struct WrongCount: Sendable, Equatable {
    /// Such as `held rows`.
    public var name: String
    public var kept: Int
    /// What the rows say.
    public var found: Int

    package init(name: String, kept: Int, found: Int) {
      self.name = name
      self.kept = kept
      self.found = found
    }
  }

  public var counts: [WrongCount] = []
  /// The database's own words on what is damaged.
  public var damage: [String] = []
  /// Where the store says two things about one event or parcel: a sentence for each of the first 20.
  public private(set) var contradictions: [String] = []
  /// How many there are beyond these.
  public private(set) var moreContradictions = 0

  package init() {}

  public var isGood: Bool { counts.isEmpty && damage.isEmpty && contradictions.isEmpty }

  package mutating func contradict(_ sentence: String) {
    if contradictions.count < 20 {
      contradictions.append(sentence)
    } else {
      moreContradictions += 1
    }
  }
}
