/// The signs of life of one source, or of work for all of them.
struct LifeSign: Sendable {
  let watchdog: Watchdog
  /// Its place in the configuration; nil: for all.
  var source: Int?

  var interval: Duration { watchdog.interval }
  func touch() { watchdog.touch(source) }
}
