/// Which faults last, so that each is told when it begins and once an hour, and not at every try.
///
/// ```swift
/// if let told = faults.occurred("poll", cause: "timed out", at: now) { log(told.times, told.since) }
/// if let past = faults.ended("poll") { log("over after", past.times) }
/// ```
public struct LastingFaults<Key: Hashable & Sendable>: Sendable {
  /// How long a fault has lasted.
  public struct Span: Sendable, Equatable {
    /// How often it has occurred, this time included.
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
    /// When each cause was told last: seconds since 1970.
    var told: [String: Int64] = [:]
  }

  /// How long nothing is said of a fault that lasts, in seconds.
  public static var pause: Int64 { 3_600 }
  /// More than these are not kept apart, and are told each time.
  private static var most: Int { 10_000 }
  /// A fault whose words differ each time is told each time, without keeping them all.
  private static var mostCauses: Int { 20 }

  private var faults: [Key: Fault] = [:]

  public init() {}

  /// Notes that a fault occurred.
  /// - Parameters:
  ///   - cause: what it is put down to; another one is told at once.
  ///   - now: seconds since 1970.
  /// - Returns: how long it has lasted where it is to be told; nil where it was told within the hour.
  public mutating func occurred(_ key: Key, cause: String, at now: Int64) -> Span? {
    guard faults[key] != nil || faults.count < Self.most else { return Span(times: 1, since: now) }
    var fault = faults[key] ?? Fault(span: Span(times: 0, since: now))
    fault.span.times += 1
    defer { faults[key] = fault }
    // A clock that was set back is no reason to be silent for longer.
    if let last = fault.told[cause], abs(now - last) < Self.pause { return nil }
    if fault.told.count >= Self.mostCauses { fault.told = [:] }
    fault.told[cause] = now
    return fault.span
  }

  /// Notes that a fault is over.
  /// - Returns: how long it lasted; nil where there was none.
  public mutating func ended(_ key: Key) -> Span? { faults.removeValue(forKey: key)?.span }

  /// The faults that there are.
  public var keys: some Collection<Key> { faults.keys }
}
