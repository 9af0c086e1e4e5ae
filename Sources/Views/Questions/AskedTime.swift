import Carrier
import ParcelStore
import TrackingFile

/// A time that a person types: `2026-08-28`, `2026-08-28T11:42:10` (both by the wall clock of Paris),
/// RFC 3339, or an age such as `72h`.
public struct AskedTime: Sendable, Hashable {
  /// Seconds since 1970.
  public var seconds: Int64
  /// Where the day, minute or second ends that was named.
  public var end: Int64

  /// - Parameters:
  ///   - text: what was typed.
  ///   - now: seconds since 1970.
  /// - Returns: nil when it is no time.
  public init?(_ text: String, now: Int64) {
    if let age = Duration(asked: text) {
      seconds = now - age.wholeSeconds
      end = seconds
    } else if let time = EventTime(text) {
      seconds = time.seconds
      switch time.precision {
      case .day: end = WallClock.paris.bounds(ofDayAt: time.seconds).upperBound
      case .minute: end = seconds + 60
      case .second, .none: end = seconds + 1
      }
    } else {
      return nil
    }
  }
}
