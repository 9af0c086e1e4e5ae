import Carrier

/// How texts for people are shown: how wide, and by which clock. It holds for what is made within a task, so that every
/// table and sentence of an answer has the same.
public struct TextForm: Sendable {
  /// The width of the terminal; nil: it goes elsewhere, and nothing is shortened.
  public var columns: Int?
  /// Times in UTC; by the clock of Paris otherwise.
  public var isUTC: Bool

  public init(columns: Int? = nil, isUTC: Bool = false) {
    self.columns = columns
    self.isUTC = isUTC
  }

  @TaskLocal public static var current = TextForm()

  /// An instant in RFC 3339.
  /// - Parameter seconds: since 1970.
  public static func time(_ seconds: Int64) -> String {
    current.isUTC ? WallClock.utc(seconds: seconds) : WallClock.paris.rfc3339(seconds: seconds)
  }
}
