import Carrier
import Foundation
import Testing

/// Instants and days by the wall clock of Paris, as Foundation's calendar knows them.
public enum Paris {
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "Europe/Paris") ?? .gmt
    return calendar
  }()

  /// Reads `2026-11-24 09:30:00`; the time of day may be left out, or its seconds.
  public static func seconds(_ text: String) throws -> Int64 {
    let parts = text.split(separator: " ")
    let day = try #require(CalendarDay(parts[0]))
    let time = parts.count > 1 ? parts[1].split(separator: ":").compactMap { Int($0) } : []
    var components = DateComponents(year: day.year, month: day.month, day: day.day)
    components.hour = time.first
    components.minute = time.dropFirst().first
    components.second = time.dropFirst(2).first
    return Int64(try #require(calendar.date(from: components)).timeIntervalSince1970)
  }

  /// Writes `24/11/2026 09:30:00`, as carriers do.
  public static func text(_ instant: Date) -> String {
    let parts = calendar.dateComponents(
      [.day, .month, .year, .hour, .minute, .second], from: instant)
    let numbers = [parts.day, parts.month, parts.year, parts.hour, parts.minute, parts.second]
    return String(
      format: "%02d/%02d/%04d %02d:%02d:%02d", arguments: numbers.map { $0 ?? 0 })
  }

  /// The days from `first` to `last`, both included.
  public static func days(_ first: String, _ last: String) throws -> [CalendarDay] {
    let noon = try seconds("\(first) 12:00")
    let last = try #require(CalendarDay(last))
    return (0...).lazy.map { CalendarDay(at: noon + $0 * 86_400) }.prefix { $0 <= last }.map(\.self)
  }
}
