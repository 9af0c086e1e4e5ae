/// Why rules can't make a status map.
public struct StatusMapError: Error, Hashable, Sendable {
  /// Which part of what was given is at fault, so that callers can name its line.
  public enum Place: Hashable, Sendable {
    /// The map's name or version.
    case map
    /// The index in `codes`.
    case code(Int)
    /// The index in `labels`.
    case label(Int)
  }

  public var place: Place
  /// The rule for people, or the part of the map.
  public var rule: String
  public var reason: String

  public init(place: Place, rule: String, reason: String) {
    self.place = place
    self.rule = rule
    self.reason = reason
  }
}

extension StatusMapError: CustomStringConvertible {
  public var description: String { "\(rule): \(reason)" }
}
