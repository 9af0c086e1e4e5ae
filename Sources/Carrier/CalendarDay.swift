/// A day of the Gregorian calendar, without a time or a zone: `2026-08-31`.
public struct CalendarDay: Hashable, Sendable {
  public let year: Int
  public let month: Int
  public let day: Int

  /// - Returns: nil when the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year),
      CivilTime.days(year: Int64(year), month: Int64(month), day: Int64(day)) != nil
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `yyyy-MM-dd`.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The day that a wall clock shows at an instant.
  /// - Parameter seconds: since 1970-01-01T00:00:00Z.
  public init(at seconds: Int64, on clock: WallClock = .paris) {
    self.init(CivilTime(seconds: seconds + clock.offset(at: seconds)))
  }

  /// - Parameter number: days since 1970-01-01.
  package init(number: Int64) { self.init(CivilTime(seconds: number * secondsPerDay)) }

  private init(_ civil: CivilTime) {
    year = Int(civil.year)
    month = Int(civil.month)
    day = Int(civil.day)
  }

  /// Days since 1970-01-01.
  package var number: Int64 {
    // Only days of the calendar can be made, so there is always a number.
    CivilTime.days(year: Int64(year), month: Int64(month), day: Int64(day)) ?? 0
  }

  /// 0 for Monday to 6 for Sunday.
  package var weekday: Int { Self.weekday(ofDay: number) }

  /// - Parameter number: days since 1970-01-01, which was a Thursday.
  static func weekday(ofDay number: Int64) -> Int { Int(modulo(number + 3, 7)) }

  /// The instant at which the day begins on a wall clock: seconds since 1970-01-01T00:00:00Z.
  public func start(on clock: WallClock = .paris) -> Int64 {
    clock.instant(ofLocal: number * secondsPerDay).seconds
  }
}

extension CalendarDay: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

extension CalendarDay: CustomStringConvertible {
  public var description: String {
    func padded(_ value: Int, _ length: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
