import ArgumentParser
import Carrier
import Ingest
import ParcelStore
import TrackingFile

/// A time that a person types: `2026-08-28`, `2026-08-28T11:42:10` (both by the wall clock of Paris),
/// RFC 3339, or an age such as `72h`.
struct TimeArgument: ExpressibleByArgument {
  /// Seconds since 1970.
  var seconds: Int64
  /// Where the day, minute or second ends that was named.
  var end: Int64

  init?(argument: String) {
    if let age = Duration(configuration: argument) {
      seconds = currentTime() - age.wholeSeconds
      end = seconds
    } else if let time = EventTime(argument) {
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
