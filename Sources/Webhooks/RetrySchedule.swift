/// When something is sent again that an endpoint did not take.
///
/// ```swift
/// RetrySchedule().wait(afterFailures: 1, using: &generator)   // about 5 s
/// RetrySchedule().wait(afterFailures: 10, using: &generator)  // nil: it is parked
/// ```
public struct RetrySchedule: Sendable {
  /// Those of Standard Webhooks 1.0: three days and a little more in all.
  package static let steps: [Duration] =
    [.seconds(5), .seconds(5 * 60), .seconds(30 * 60)]
    + [2, 5, 10, 14, 20, 24].map { .seconds($0 * 3_600) }

  /// How often something is tried before it is parked.
  public static var tries: Int { steps.count + 1 }

  public init() {}

  /// How long something waits for its next try: plus or minus up to a tenth, so that what failed together does not come
  /// together again.
  /// - Parameter failures: how often it was tried in vain, so at least 1.
  /// - Returns: nil: it was tried as often as it is.
  public func wait(
    afterFailures failures: Int, using generator: inout some RandomNumberGenerator
  ) -> Duration? {
    guard failures <= Self.steps.count else { return nil }
    return Self.steps[max(failures, 1) - 1] * Double.random(in: 0.9...1.1, using: &generator)
  }

  /// Whether the time of a next try has come. What would wait for longer than anything does was put off by a clock that
  /// was wrong.
  /// - Parameters:
  ///   - instant: when it is tried: seconds since 1970.
  ///   - now: seconds since 1970.
  static func isDue(_ instant: Int64, at now: Int64) -> Bool {
    instant <= now || instant - now > longestWait
  }

  /// More than a step with its tenth, and than an endpoint may ask for: seconds.
  private static let longestWait: Int64 = 2 * 86_400
}
