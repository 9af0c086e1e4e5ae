import Carrier

// Times by the wall clock of Paris, in words. Foundation's formatters would cost more than the rest of a page.
extension Language {
  private static let monthsInFrench = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
  ]
  private static let shortMonthsInFrench = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
  ]
  private static let monthsInEnglish = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let daysInFrench = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
  ]
  private static let daysInEnglish = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  /// `28 août`, `28 Aug`; with the year where it is not that of `now`.
  package func day(_ day: CalendarDay, now: Int64) -> String {
    let number = self == .french && day.day == 1 ? "1er" : "\(day.day)"
    let month =
      self == .french
      ? Self.shortMonthsInFrench[day.month - 1]
      : String(Self.monthsInEnglish[day.month - 1].prefix(3))
    let year = CalendarDay(at: now).year == day.year ? "" : " \(day.year)"
    return "\(number) \(month)\(year)"
  }

  /// `vendredi 28 août 2026`, `Friday 28 August 2026`
  package func longDay(_ day: CalendarDay) -> String {
    switch self {
    case .french:
      let number = day.day == 1 ? "1er" : "\(day.day)"
      return "\(Self.daysInFrench[day.weekday]) \(number) \(Self.monthsInFrench[day.month - 1]) "
        + "\(day.year)"
    case .english:
      return "\(Self.daysInEnglish[day.weekday]) \(day.day) \(Self.monthsInEnglish[day.month - 1]) "
        + "\(day.year)"
    }
  }

  /// `11:42`
  package func clock(_ seconds: Int64) -> String {
    let minutes = (seconds + WallClock.paris.offset(at: seconds)) / 60
    let inDay = (minutes % 1_440 + 1_440) % 1_440
    let (hour, minute) = (inDay / 60, inDay % 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }

  /// `28 août 11:42`, `28 Aug 11:42`
  /// - Parameter seconds: since 1970, as `now`.
  package func time(_ seconds: Int64, now: Int64) -> String {
    "\(day(CalendarDay(at: seconds), now: now)) \(clock(seconds))"
  }

  /// As much as a file said of it: a time, a day, or that there is no date.
  package func time(_ time: EventTime, now: Int64) -> String {
    switch time.precision {
    case .second, .minute: self.time(time.seconds, now: now)
    case .day: day(CalendarDay(at: time.seconds), now: now)
    case .none: choose("sans date", "no date")
    }
  }

  /// `vendredi 28 août 2026, 11:42`, as much of it as a file said.
  package func longTime(_ time: EventTime) -> String? {
    let day = longDay(CalendarDay(at: time.seconds))
    switch time.precision {
    case .second, .minute: return "\(day), \(clock(time.seconds))"
    case .day: return day
    case .none: return nil
    }
  }

  /// How long something lasts: `42 s`, `1 min 12 s`, `3 h`, `6 jours`.
  package func span(_ seconds: Int64) -> String {
    switch max(0, seconds) {
    case let value where value < 60: return "\(value) s"
    case let value where value < 600:
      return value % 60 == 0 ? "\(value / 60) min" : "\(value / 60) min \(value % 60) s"
    case let value where value < 7_200: return "\(value / 60) min"
    case let value where value < 172_800: return "\(value / 3_600) h"
    case let value:
      return "\(number(value / 86_400)) \(choose("jours", "days"))"
    }
  }

  /// `il y a 42 s`, `42 s ago`
  package func ago(_ seconds: Int64) -> String {
    choose("il y a \(span(seconds))", "\(span(seconds)) ago")
  }
}
