import Carrier
import ParcelStore

/// The instant by which an event is too old or not: when it happened, or when it was received where its time says
/// nothing or can't be right.
struct EventAge {
  /// Between which times something lies.
  struct Times: Equatable, Sendable {
    var first: Int64
    var last: Int64

    mutating func include(_ other: Times) {
      first = min(first, other.first)
      last = max(last, other.last)
    }
  }

  let received: ReceiptTimes

  /// - Parameter oldest: instants before are too old.
  func instant(
    _ time: Int64, kind: Int64, _ place: EventPlace, before oldest: Int64
  ) -> Int64 {
    let (isDated, isLate) = (kind & 3 != 2, time >= PlausibleTimes.first)
    // One that lay in the future when it came was received before it, so it is too old as well.
    if isDated, isLate, time < oldest { return time }
    let cameAt = received.time(of: place)
    // The journal lacks it: that is damage, and nothing is deleted for it.
    if cameAt == 0 { return .max }
    let isPlausible =
      isDated && isLate
      && PlausibleTimes.contains(EventTime(seconds: time, precision: .second), receivedAt: cameAt)
    return isPlausible ? time : cameAt
  }

  /// The earliest and latest instant that count for questions about a time, as commits note them.
  func times(_ time: Int64, kind: Int64, _ place: EventPlace) -> Times {
    let cameAt = received.time(of: place)
    if kind & 3 == 2 { return Times(first: cameAt, last: cameAt) }
    guard time < PlausibleTimes.first || time > cameAt else {
      return Times(first: time, last: time)
    }
    return Times(first: min(time, cameAt), last: max(time, cameAt))
  }
}
