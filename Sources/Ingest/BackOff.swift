/// How long to wait until the next poll: the interval, and longer after each failure in a row. Both vary at
/// random, so that many clients don't connect at the same moment.
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

  /// The time until the next poll: the interval, doubled for every failure in a row after the first one, at
  /// most `longest`; plus or minus up to a tenth.
  /// - Parameter jitter: from 0 to 1; only tests give it.
  public func delay(jitter: Double = .random(in: 0...1)) -> Duration {
    // After twenty doublings every wait is the longest one anyway.
    let doubled = interval * (1 << min(max(failures - 1, 0), 20))
    let base = failures == 0 ? interval : min(doubled, longest)
    return base * (0.9 + 0.2 * jitter)
  }
}
