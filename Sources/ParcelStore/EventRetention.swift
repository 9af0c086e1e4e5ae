import Carrier

/// How long events are kept: whole days of UTC, by the time when an event happened.
///
/// An event without a date, or with a time that can't be right, goes by when it was received.
public struct EventRetention: Sendable, Hashable {
  /// Seconds.
  public var length: Int64

  public init(_ length: Duration) { self.length = length.components.seconds }

  /// The midnight (UTC) before which events are too old: seconds since 1970.
  public func oldest(at now: Int64) -> Int64 {
    let end = now - length
    return end - (end % 86_400 + 86_400) % 86_400
  }
}

extension EventTime {
  /// Whether a row that comes now is too old to be kept. One without a date, or with one that can't be right, goes by
  /// when it comes.
  @inline(__always)
  package func isTooOld(_ oldest: Int64) -> Bool {
    seconds < oldest && seconds >= PlausibleTimes.first && precision != .none
  }
}
