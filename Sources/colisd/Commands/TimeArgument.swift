import ArgumentParser
import Views

/// See `AskedTime`.
struct TimeArgument: ExpressibleByArgument {
  let time: AskedTime
  /// As it was typed.
  let text: String

  init?(argument: String) {
    guard let time = AskedTime(argument, now: currentTime()) else { return nil }
    self.time = time
    text = argument
  }
}
