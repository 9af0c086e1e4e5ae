import Carrier

/// A business day on which a feed brought nothing, though it usually had by then.
public struct RhythmBreach: Hashable, Sendable {
  public let rhythm: DailyRhythm
  /// When the drop was listed last, in seconds since 1970.
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
