import Foundation

/// The wall clock by which a file's times are written: a time zone and two rules for its odd hours.
///
/// On the October Sunday an hour comes twice: such a time is read as the **first** of the two
/// (summer time). On the March Sunday an hour never comes: such a time is read with the offset
/// **before** the change, so 02:30 becomes 03:30 summer time. Both are marked as ambiguous.
///
/// ```swift
/// let paris = WallClock(identifier: "Europe/Paris")
/// paris?.rfc3339(seconds: 1_787_910_130)  // "2026-08-28T11:42:10+02:00"
/// ```
public struct WallClock: Sendable {
  /// The zone's name in the tz database.
  public let identifier: String
  private let zone: TimeZone

  /// - Returns: nil when the tz database has no zone of that name.
  public init?(identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    self.identifier = identifier
    self.zone = zone
  }

  /// The zone of France; Belgium and Luxembourg have the same clock.
  public static let paris: WallClock = {
    // The tz database has had this name since it exists; without a database there is no clock at all.
    guard let clock = WallClock(identifier: "Europe/Paris") else {
      preconditionFailure("the tz database has no Europe/Paris: install the package tzdata")
    }
    return clock
  }()

  /// Seconds east of UTC at an instant.
  /// - Parameter seconds: since 1970-01-01T00:00:00Z.
  public func offset(at seconds: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
  }

  /// The offset of a whole local day and its neighbours; nil when the clock changes near it.
  /// - Parameter day: days since 1970-01-01 on the wall.
  package func offset(ofDay day: Int64) -> Int64? {
    let before = offset(at: (day - 1) * secondsPerDay)
    return before == offset(at: (day + 2) * secondsPerDay) ? before : nil
  }

  /// The instant at which the wall shows `local`, by the two rules above.
  /// - Parameter local: seconds since 1970-01-01T00:00:00 on the wall.
  package func instant(ofLocal local: Int64) -> (seconds: Int64, isAmbiguous: Bool) {
    let before = offset(at: local - secondsPerDay)
    let after = offset(at: local + secondsPerDay)
    let first = local - before
    let second = local - after
    let firstHolds = offset(at: first) == before
    let secondHolds = offset(at: second) == after
    switch (firstHolds, secondHolds) {
    case (true, true): return (min(first, second), first != second)
    case (true, false): return (first, false)
    case (false, true): return (second, false)
    case (false, false): return (first, true)
    }
  }

  /// The instant in RFC 3339 with the offset that the wall clock had then.
  public func rfc3339(seconds: Int64) -> String {
    let offset = offset(at: seconds)
    let minutes = abs(offset) / 60
    let sign = offset < 0 ? "-" : "+"
    return CivilTime(seconds: seconds + offset).text
      + "\(sign)\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
  }

  /// The day that the wall shows at an instant, as days since 1970-01-01.
  public func day(at seconds: Int64) -> Int64 {
    floorDivide(seconds + offset(at: seconds), secondsPerDay)
  }

  /// An instant in RFC 3339, in UTC.
  public static func utc(seconds: Int64) -> String { CivilTime(seconds: seconds).text + "Z" }
}

extension WallClock: Equatable {
  public static func == (left: Self, right: Self) -> Bool { left.identifier == right.identifier }
}
