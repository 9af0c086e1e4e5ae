/// When something happened, as exactly as the carrier says it.
public struct EventTime: Hashable, Sendable {
  /// How much of the time the file gave.
  public enum Precision: UInt8, Sendable, CaseIterable {
    case second, minute, day
    /// The file gave no time at all; `seconds` is 0 then.
    case none

    /// What of the precision tells two events apart: 0 a time of day, 1 a day, 2 no date. A time to
    /// the minute and one to the second are the same when they name the same instant; a day and its
    /// midnight are not.
    public var grain: UInt8 { max(rawValue, Self.minute.rawValue) - 1 }

    /// The word that users see in JSON.
    public var name: String {
      switch self {
      case .second: "second"
      case .minute: "minute"
      case .day: "day"
      case .none: "none"
      }
    }
  }

  /// Seconds since 1970-01-01T00:00:00Z; of a day, its midnight on the layout's wall clock.
  public var seconds: Int64
  public var precision: Precision
  /// True when the wall clock showed this time twice or never, so that a rule had to decide
  /// (see `WallClock`); the raw text is kept for such events.
  public var isAmbiguous: Bool

  @inlinable
  public init(seconds: Int64, precision: Precision, isAmbiguous: Bool = false) {
    self.seconds = seconds
    self.precision = precision
    self.isAmbiguous = isAmbiguous
  }

  /// What stands for a missing time.
  public static let missing = EventTime(seconds: 0, precision: .none)
}
