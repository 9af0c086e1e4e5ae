import Carrier

/// The header `Retry-After` of an answer, by RFC 9110: a number of seconds, or a date in one of the three forms of
/// HTTP.
public struct RetryAfter: Sendable, Hashable {
  /// From the answer on; at most a day, whatever the server asks for.
  public let wait: Duration

  public static let longest = Duration.seconds(86_400)

  /// - Parameter now: seconds since 1970.
  /// - Returns: nil when the text is neither; a negative number is none.
  public init?(_ text: some StringProtocol, at now: Int64) {
    let words = String(text).split { $0 == " " || $0 == "\t" }.map { String($0) }
    let seconds: Int64
    if let word = words.first, words.count == 1, word.utf8.allSatisfy(\.isASCIIDigit) {
      // What no Int64 holds is very long.
      seconds = Int64(word) ?? .max
    } else if let instant = Self.instant(words, at: now) {
      seconds = max(0, instant - now)
    } else {
      return nil
    }
    wait = min(.seconds(min(seconds, Self.longest.wholeSeconds)), Self.longest)
  }

  /// Seconds since 1970 of a date of HTTP, by its words.
  private static func instant(_ words: [String], at now: Int64) -> Int64? {
    switch words.count {
    case 6 where words[5] == "GMT":
      // Sun, 06 Nov 1994 08:49:37 GMT
      return instant(day: words[1], month: words[2], year: number(words[3], 4), clock: words[4])
    case 4 where words[3] == "GMT":
      // Sunday, 06-Nov-94 08:49:37 GMT
      let parts = words[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, let short = number(parts[2], 2) else { return nil }
      return instant(
        day: parts[0], month: parts[1], year: fullYear(short, at: now), clock: words[2])
    case 5:
      // Sun Nov  6 08:49:37 1994
      return instant(day: words[2], month: words[1], year: number(words[4], 4), clock: words[3])
    default: return nil
    }
  }

  private static func instant(
    day: String, month: String, year: Int64?, clock: String
  ) -> Int64? {
    guard let year, let day = number(day, 1...2),
      let month = months.firstIndex(of: month).map({ Int64($0 + 1) }),
      let days = CivilTime.days(year: year, month: month, day: day)
    else { return nil }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
      .map { number(String($0), 2) }
    // A leap second is the 60th.
    guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
      hour < 24, minute < 60, second <= 60
    else { return nil }
    return days * secondsPerDay + hour * 3_600 + minute * 60 + second
  }

  /// A year of two digits is none that seems more than 50 years ahead.
  private static func fullYear(_ short: Int64, at now: Int64) -> Int64 {
    let current = Int64(CalendarDay(at: now).year)
    let year = current / 100 * 100 + short
    return year > current + 50 ? year - 100 : year
  }

  private static func number(_ text: String, _ length: Int) -> Int64? {
    number(text, length...length)
  }

  private static func number(_ text: String, _ lengths: ClosedRange<Int>) -> Int64? {
    guard lengths.contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit) else {
      return nil
    }
    return Int64(text)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
