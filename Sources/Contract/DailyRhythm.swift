import Carrier

/// A day on which a feed brought rows.
public struct FeedDay: Hashable, Sendable {
  public var day: CalendarDay
  /// When the first rows of that day came by our clock, in seconds since 1970.
  public var firstAt: Int64

  public init(day: CalendarDay, firstAt: Int64) {
    self.day = day
    self.firstAt = firstAt
  }
}

/// The time of day by which a feed usually has brought its first rows, learnt from its last days.
///
/// ```swift
/// let rhythm = DailyRhythm(days: days, today: CalendarDay(at: now))
/// if let breach = rhythm?.breach(now: now, lastRowAt: lastRowAt) { print(breach.sentence) }
/// ```
public struct DailyRhythm: Hashable, Sendable {
  /// By when the first rows usually came: seconds of the day on the wall of Paris, a multiple of 900.
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
  /// How much later than usual rows may come before anybody is told, in seconds.
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

  /// What is unusual about a feed that brought nothing on the first business day behind its last rows.
  ///
  /// It is unusual from three hours behind the usual time of that day on, and stays so until rows come.
  /// Where these hours end beyond midnight, nothing is.
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

/// A business day on which a feed brought nothing, though it usually had by then.
public struct RhythmBreach: Hashable, Sendable {
  public let rhythm: DailyRhythm
  /// When it was looked last, in seconds since 1970.
  public let now: Int64
  /// When the last row came, in seconds since 1970.
  public let lastRowAt: Int64

  /// What is usual and how often it was so, until when nothing came, and what came last:
  ///
  ///     rows usually come by 09:00 (on 18 of the last 20 business days, 17 of them by then), and
  ///     none had come by 12:10 on 2026-11-23, Paris time; the last ones came on 2026-11-20 at 08:52
  public var sentence: String {
    let clock = WallClock.paris
    let days = rhythm.days == rhythm.of ? "each" : "\(rhythm.days)"
    let onTime = rhythm.onTime == rhythm.days ? "always" : "\(rhythm.onTime) of them"
    let usual = timeOfDay(rhythm.usualBy)
    let looked = timeOfDay(clock.secondOfDay(at: now))
    let last = "\(CalendarDay(at: lastRowAt)) at \(timeOfDay(clock.secondOfDay(at: lastRowAt)))"
    return """
      rows usually come by \(usual) (on \(days) of the last \(rhythm.of) business days, \(onTime) by \
      then), and none had come by \(looked) on \(CalendarDay(at: now)), Paris time; the last ones \
      came on \(last)
      """
  }
}

extension RhythmBreach: CustomStringConvertible {
  public var description: String { sentence }
}

/// `09:05`, without the seconds.
private func timeOfDay(_ second: Int) -> String {
  let parts = [second / 3600, second / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
  return parts.joined(separator: ":")
}

extension WallClock {
  /// How many seconds after midnight the wall shows at an instant.
  fileprivate func secondOfDay(at seconds: Int64) -> Int {
    Int(seconds + offset(at: seconds) - day(at: seconds) * 86_400)
  }
}
