import Carrier
import GRDB
import ParcelStore

/// The instant by which an event is too old or not: when it happened, or when it was received where its time says
/// nothing or can't be right.
struct EventAge {
  private var received: ReceiptTimes

  init(_ db: Database) throws { received = try ReceiptTimes(db) }

  /// - Parameter oldest: instants before are too old.
  mutating func instant(
    _ time: Int64, kind: Int64, seq: Int64, before oldest: Int64
  ) throws -> Int64 {
    let (isDated, isLate) = (kind & 3 != 2, time >= PlausibleTimes.first)
    // One that lay in the future when it came was received before it, so it is too old as well.
    if isDated, isLate, time < oldest { return time }
    let cameAt = try received.time(of: seq)
    // The journal lacks it: that is damage, and nothing is deleted for it.
    if cameAt == 0 { return .max }
    let isPlausible =
      isDated && isLate
      && PlausibleTimes.contains(EventTime(seconds: time, precision: .second), receivedAt: cameAt)
    return isPlausible ? time : cameAt
  }

  /// The earliest and latest instant that count for questions about a time; see `ParcelRangeWriter`.
  mutating func range(_ time: Int64, kind: Int64, seq: Int64) throws -> ClosedRange<Int64> {
    let cameAt = try received.time(of: seq)
    if kind & 3 == 2 { return cameAt...cameAt }
    guard time < PlausibleTimes.first || time > cameAt else { return time...time }
    return min(time, cameAt)...max(time, cameAt)
  }
}
