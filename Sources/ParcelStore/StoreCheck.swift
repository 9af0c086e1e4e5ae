/// What a check of a store found to be wrong.
public struct StoreCheck: Sendable, Equatable {
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

  package init() {}

  public var isGood: Bool { counts.isEmpty && damage.isEmpty }
}
