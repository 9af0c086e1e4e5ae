/// How long to wait for the next poll: the interval, and longer and longer after failures, both with
/// jitter so that many clients don't knock at the same moment.
public struct BackOff: Sendable {
  private let interval: Duration
  private let longest: Duration
  private var failures = 0

  public init(interval: Duration, longest: Duration) {
    self.interval = interval
    self.longest = max(longest, interval)
  }

  public mutating func succeeded() { failures = 0 }
  public mutating func failed() { failures += 1 }

  /// The wait before the next try: the interval doubled for every failure in a row, at most `longest`,
  /// give or take a tenth.
  /// - Parameter jitter: from 0 to 1; given by tests.
  public func delay(jitter: Double = .random(in: 0...1)) -> Duration {
    // Beyond twenty doublings every wait is the longest one.
    let doubled = interval * (1 << min(max(failures - 1, 0), 20))
    let base = failures == 0 ? interval : min(doubled, longest)
    return base * (0.9 + 0.2 * jitter)
  }
}
