/// How sure a guess is.
public enum Certainty: Int, Sendable, Comparable {
  /// One of several that would do.
  case doubtful
  /// The name or the values say so, but not both.
  case likely
  /// Name and values agree, or nothing else is possible.
  case certain

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  public var name: String {
    switch self {
    case .doubtful: "doubtful"
    case .likely: "likely"
    case .certain: "certain"
    }
  }
}
