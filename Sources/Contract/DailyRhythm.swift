import Carrier

/// The time of day by which a feed usually has brought its first rows, learnt from its last days.
///
/// ```swift
/// let rhythm = DailyRhythm(days: days, today: CalendarDay(at: now))
/// if let breach = rhythm?.breach(now: now, lastRowAt: lastRowAt) { print(breach.sentence) }
/// ```
public struct DailyRhythm: Hashable, Sendable {
  /// By when the first rows usually came: seconds after midnight by the clock of Paris, a multiple
  /// of 900.
  public let usualBy: Int
  /// On how many business days rows came.
  public let days: Int
  /// On how many business days they could have come: those since the first of `days`, 20 at most.
  public let of: Int
  /// On how many of `days` rows had come by `usualBy`.
  public let onTime: Int

  private static let lookBack = 20
  private static let fewestDays = 10
  private static let rounding = 15 * 60
  /// How much later than usual rows may come before that counts as a breach, in seconds.
  private static let patience = 3 * 3600

  /// Learns from the 20 business days before today.
  /// - Parameters:
  ///   - days: in any order; other days than those 20 are ignored, of several for one day the
  ///     earliest counts.
  ///   - today: is not looked at.
  /// - Returns: nil when the feed has no daily rhythm: rows came on fewer than ten of those days, or
  ///   on fewer than nine of ten since the first of them.
  public init?(days: [FeedDay], today: CalendarDay) {
    let window = BusinessTime.days(Self.lookBack, before: today)
    var arrivals: [CalendarDay: Int64] = [:]
    if let oldest = window.last {
      for day in days where oldest <= day.day && day.day < today {
        arrivals[day.day] = min(day.firstAt, arrivals[day.day] ?? .max)
      }
    }
    let firsts = window.map { arrivals[$0] }
    guard let since = firsts.lastIndex(where: { $0 != nil }) else { return nil }
    // By the clock on the wall, so that a rhythm outlives the change to summer time.
    let times = firsts.compactMap { $0.map(WallClock.paris.secondOfDay) }.sorted()
    let possible = since + 1
    guard times.count >= Self.fewestDays, times.count * 10 >= possible * 9 else { return nil }
    let ninth = times[(times.count * 9 + 9) / 10 - 1]
    let usualBy = (ninth + Self.rounding - 1) / Self.rounding * Self.rounding
    self.usualBy = usualBy
    self.days = times.count
    of = possible
    onTime = times.count { $0 <= usualBy }
  }

  /// What is unusual about a feed that brought nothing on the first business day after its last rows.
  ///
  /// It is unusual from three hours after the usual time of that day on, until rows come. Where
  /// these hours end after midnight, nothing is unusual.
  /// - Parameters:
  ///   - now: seconds since 1970, as `lastRowAt` is.
  ///   - lastRowAt: when the last row came.
  /// - Returns: nil where nothing is unusual.
  public func breach(now: Int64, lastRowAt: Int64) -> RhythmBreach? {
    let clock = WallClock.paris
    let missed = BusinessTime.day(after: CalendarDay(at: lastRowAt))
    let today = CalendarDay(at: now)
    guard usualBy + Self.patience < 86_400,
      missed < today
        || missed == today && clock.secondOfDay(at: now) >= usualBy + Self.patience
    else { return nil }
    return RhythmBreach(rhythm: self, now: now, lastRowAt: lastRowAt)
  }
}

extension WallClock {
  /// How many seconds after midnight the wall shows at an instant.
  func secondOfDay(at seconds: Int64) -> Int {
    Int(seconds + offset(at: seconds) - day(at: seconds) * 86_400)
  }
}
