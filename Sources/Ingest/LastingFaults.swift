/// Remembers which faults last, so that each is logged when it begins and then once an hour, and not at every
/// try.
///
/// ```swift
/// if let span = faults.occurred("poll", cause: "timed out", at: now) { log(span.times, span.since) }
/// if let past = faults.ended("poll") { log("over after", past.times) }
/// ```
public struct LastingFaults<Key: Hashable & Sendable>: Sendable {
  /// How long a fault has lasted.
  public struct Span: Sendable, Equatable {
    /// How often it has occurred, including this time.
    public var times: Int
    /// When it occurred first: seconds since 1970.
    public var since: Int64

    public init(times: Int, since: Int64) {
      self.times = times
      self.since = since
    }
  }

  private struct Fault {
    var span: Span
    /// When each cause was logged last: seconds since 1970.
    var logged: [String: Int64] = [:]
  }

  /// How long a lasting fault is not logged again, in seconds.
  public static var pause: Int64 { 3_600 }
  /// How many faults are remembered; further ones are logged each time.
  private static var most: Int { 10_000 }
  /// How many causes of a fault are remembered, as a text may differ each time.
  private static var mostCauses: Int { 20 }

  private var faults: [Key: Fault] = [:]

  public init() {}

  /// Records that a fault occurred.
  /// - Parameters:
  ///   - cause: a new cause is logged at once.
  ///   - now: seconds since 1970.
  /// - Returns: how long it has lasted, to be logged; nil if that was done within the last hour.
  public mutating func occurred(_ key: Key, cause: String, at now: Int64) -> Span? {
    guard faults[key] != nil || faults.count < Self.most else { return Span(times: 1, since: now) }
    var fault = faults[key] ?? Fault(span: Span(times: 0, since: now))
    fault.span.times += 1
    defer { faults[key] = fault }
    // `abs`, as the clock may have been set back.
    if let last = fault.logged[cause], abs(now - last) < Self.pause { return nil }
    if fault.logged.count >= Self.mostCauses { fault.logged = [:] }
    fault.logged[cause] = now
    return fault.span
  }

  /// Records that a fault is over.
  /// - Returns: how long it lasted; nil if there was none.
  public mutating func ended(_ key: Key) -> Span? { faults.removeValue(forKey: key)?.span }

  /// The faults that last at the moment.
  public var keys: some Collection<Key> { faults.keys }
}
