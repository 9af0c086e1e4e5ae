/// A change of a contract's standing.
public struct ContractChange: Hashable, Sendable {
  /// When it was noticed: seconds since 1970.
  public var at: Int64
  /// Why, in words.
  public var cause: String
  public var standing: ContractStanding

  public init(at: Int64, cause: String, standing: ContractStanding) {
    self.at = at
    self.cause = cause
    self.standing = standing
  }
}
