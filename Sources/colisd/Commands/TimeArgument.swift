import ArgumentParser
import Carrier
import Ingest
import TrackingFile

/// A time that a person types: `2026-08-28`, `2026-08-28T11:42:10` (both by the wall clock of Paris),
/// RFC 3339, or an age such as `72h`.
struct TimeArgument: ExpressibleByArgument {
  /// Seconds since 1970.
  var seconds: Int64

  init?(argument: String) {
    if let age = Duration(configuration: argument) {
      seconds = currentTime() - age.wholeSeconds
    } else if let time = EventTime(argument) {
      seconds = time.seconds
    } else {
      return nil
    }
  }
}
