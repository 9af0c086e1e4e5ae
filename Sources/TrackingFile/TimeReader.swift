/// Turns the bytes of a date field into an instant, without allocating.
struct TimeReader {
  private let clock: WallClock
  private let formats: [TimeFormat]
  /// Midnights already looked up; a file's rows lie on a few days.
  private var days: [KnownDay]

  private struct KnownDay {
    var day: Int64
    /// The instant of the day's midnight; nil when the clock changes near the day.
    var midnight: Int64?
  }

  private static let knownDays = 64

  init(clock: WallClock, formats: [TimeFormat]) {
    self.clock = clock
    self.formats = formats
    days = Array(repeating: KnownDay(day: .min, midnight: nil), count: Self.knownDays)
  }

  /// - Parameter bytes: the trimmed field.
  /// - Returns: nil when no format fits or the calendar has no such day or time.
  mutating func read(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    for format in formats {
      switch format {
      case .auto:
        if let time = readAuto(bytes) { return time }
      case .pattern(let pattern):
        if let time = readPattern(pattern, bytes) { return time }
      }
    }
    return nil
  }

  private mutating func readAuto(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    guard bytes.count >= 10 else { return nil }
    let isISO: Bool
    let date: (year: Int64, month: Int64, day: Int64)
    if bytes[2] == slash, bytes[5] == slash {
      guard let day = two(bytes, 0), let month = two(bytes, 3), let century = two(bytes, 6),
        let year = two(bytes, 8)
      else { return nil }
      isISO = false
      date = (century * 100 + year, month, day)
    } else if bytes[4] == dash, bytes[7] == dash {
      guard let century = two(bytes, 0), let year = two(bytes, 2), let month = two(bytes, 5),
        let day = two(bytes, 8)
      else { return nil }
      isISO = true
      date = (century * 100 + year, month, day)
    } else {
      return nil
    }
    guard let day = CivilTime.days(year: date.year, month: date.month, day: date.day) else {
      return nil
    }
    if bytes.count == 10 { return resolve(day: day, second: 0, .day) }

    guard bytes.count >= 16, bytes[10] == space || bytes[10] == letterT, bytes[13] == colon,
      let hour = two(bytes, 11), let minute = two(bytes, 14), hour < 24, minute < 60
    else { return nil }
    var second = hour * 3600 + minute * 60
    if bytes.count == 16 { return resolve(day: day, second: second, .minute) }

    var index = 16
    var precision = EventTime.Precision.minute
    if bytes[16] == colon {
      guard bytes.count >= 19, let seconds = two(bytes, 17), seconds < 60 else { return nil }
      second += seconds
      precision = .second
      if bytes.count == 19 { return resolve(day: day, second: second, .second) }
      index = skipFraction(bytes, 19)
      if index == bytes.count { return resolve(day: day, second: second, .second) }
    }
    guard isISO, let offset = readOffset(bytes, index) else { return nil }
    return EventTime(seconds: day * secondsPerDay + second - offset, precision: precision)
  }

  /// The index behind `.123` or `,123`; fractions of a second are read and dropped.
  private func skipFraction(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    guard bytes[start] == UInt8(ascii: ".") || bytes[start] == UInt8(ascii: ",") else {
      return start
    }
    var index = start + 1
    while index < bytes.count, bytes[index].isASCIIDigit { index += 1 }
    return index > start + 1 ? index : start
  }

  /// Seconds east of UTC of `Z`, `+02:00`, `+0200` or `+02` at the end of the field.
  private func readOffset(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int64? {
    let count = bytes.count - start
    if count == 1, bytes[start] | 0x20 == UInt8(ascii: "z") { return 0 }
    let sign: Int64
    switch bytes[start] {
    case UInt8(ascii: "+"): sign = 1
    case dash: sign = -1
    default: return nil
    }
    guard count >= 3, let hours = two(bytes, start + 1), hours <= 18 else { return nil }
    switch count {
    case 3: return sign * hours * 3600
    case 5:
      guard let minutes = two(bytes, start + 3), minutes < 60 else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    case 6:
      guard bytes[start + 3] == colon, let minutes = two(bytes, start + 4), minutes < 60 else {
        return nil
      }
      return sign * (hours * 3600 + minutes * 60)
    default: return nil
    }
  }

  private mutating func readPattern(
    _ pattern: TimePattern, _ bytes: UnsafeRawBufferPointer
  ) -> EventTime? {
    guard bytes.count == pattern.length else { return nil }
    var year: Int64 = 0
    var month: Int64 = 0
    var day: Int64 = 0
    var second: Int64 = 0
    var index = 0
    for part in pattern.parts {
      if case .literal(let byte) = part {
        guard bytes[index] == byte else { return nil }
      } else {
        guard let value = two(bytes, index) else { return nil }
        switch part {
        case .year:
          guard let low = two(bytes, index + 2) else { return nil }
          year = value * 100 + low
        case .month: month = value
        case .day: day = value
        case .hour:
          guard value < 24 else { return nil }
          second += value * 3600
        case .minute:
          guard value < 60 else { return nil }
          second += value * 60
        case .second:
          guard value < 60 else { return nil }
          second += value
        case .literal: break
        }
      }
      index += part.length
    }
    guard let days = CivilTime.days(year: year, month: month, day: day) else { return nil }
    return resolve(day: days, second: second, pattern.precision)
  }

  /// The instant of a wall-clock time; only days near a clock change ask the tz database again.
  private mutating func resolve(
    day: Int64, second: Int64, _ precision: EventTime.Precision
  ) -> EventTime {
    let slot = Int(truncatingIfNeeded: day) & (Self.knownDays - 1)
    if days[slot].day != day {
      days[slot] = KnownDay(
        day: day, midnight: clock.offset(ofDay: day).map { day * secondsPerDay - $0 })
    }
    if let midnight = days[slot].midnight {
      return EventTime(seconds: midnight + second, precision: precision)
    }
    let (seconds, isAmbiguous) = clock.instant(ofLocal: day * secondsPerDay + second)
    return EventTime(seconds: seconds, precision: precision, isAmbiguous: isAmbiguous)
  }
}

private let slash = UInt8(ascii: "/")
private let dash = UInt8(ascii: "-")
private let colon = UInt8(ascii: ":")
private let space = UInt8(ascii: " ")
private let letterT = UInt8(ascii: "T")

/// The value of two digits; nil when one is none.
@inline(__always)
private func two(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int64? {
  let tens = bytes[index] &- 0x30
  let ones = bytes[index + 1] &- 0x30
  guard tens < 10, ones < 10 else { return nil }
  return Int64(tens &* 10 &+ ones)
}
