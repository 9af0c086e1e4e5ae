import Carrier

// Times in the form that a layout says.
extension TimeReader {
  /// Reads a time by a pattern that must fit all of the field.
  mutating func readPattern(
    _ pattern: TimePattern, _ bytes: UnsafeRawBufferPointer
  ) -> EventTime? {
    var time = WrittenTime()
    var index = 0
    for part in pattern.parts {
      guard let next = time.read(part, bytes, index) else { return nil }
      index = next
    }
    guard index == bytes.count, let second = time.secondOfDay,
      let day = CivilTime.days(year: time.year, month: time.month, day: time.day)
    else { return nil }
    guard let offset = time.offset else {
      return resolve(day: day, second: second, pattern.precision)
    }
    return EventTime(
      seconds: day * secondsPerDay + second - offset, precision: pattern.precision)
  }

  /// The first second of the year 10000.
  private static let yearTenThousand: Int64 = 253_402_300_800

  /// Reads a number of units since 1970.
  /// - Parameter units: how many units a second has.
  func readEpoch(_ bytes: UnsafeRawBufferPointer, units: Int64) -> EventTime? {
    let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
    // Fewer would be a time before 1974, and more a year after 9999 or another number.
    guard (units == 1 ? 9...12 : 12...15).contains(digits.count) else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard byte.isASCIIDigit else { return nil }
      value = value * 10 + Int64(byte & 0xf)
    }
    if digits.count < bytes.count { value = -value }
    let seconds = value >= 0 || value % units == 0 ? value / units : value / units - 1
    guard seconds < Self.yearTenThousand else { return nil }
    return EventTime(seconds: seconds, precision: .second)
  }
}

/// A time as far as it was read by a pattern.
private struct WrittenTime {
  var year: Int64 = 0
  var month: Int64 = 0
  var day: Int64 = 0
  var hour: Int64 = 0
  var minute: Int64 = 0
  var second: Int64 = 0
  /// Whether it is after noon; nil: the hour is one of 24.
  var isAfternoon: Bool?
  /// Seconds east of UTC; nil: it is the layout's wall clock.
  var offset: Int64?

  /// Nil if there is no such time of day.
  var secondOfDay: Int64? {
    var hour = hour
    if let isAfternoon {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// Reads a part at a place.
  /// - Returns: the place after it; nil if it is not there.
  mutating func read(
    _ part: TimePattern.Part, _ bytes: UnsafeRawBufferPointer, _ start: Int
  ) -> Int? {
    switch part {
    case .literal(let byte):
      return start < bytes.count && bytes[start] == byte ? start + 1 : nil
    case .halfDay: return readHalfDay(bytes, start)
    case .offset: return readOffset(bytes, start)
    default: break
    }
    let limits = part.digits
    var value: Int64 = 0
    var end = start
    while end < bytes.count, end - start < limits.upperBound, bytes[end].isASCIIDigit {
      value = value * 10 + Int64(bytes[end] & 0xf)
      end += 1
    }
    guard end - start >= limits.lowerBound else { return nil }
    switch part {
    case .year: year = value
    case .shortYear: year = 2000 + value
    case .month, .anyMonth: month = value
    case .day, .anyDay: day = value
    case .hour, .anyHour, .halfDayHour, .anyHalfDayHour: hour = value
    case .minute: minute = value
    case .second: second = value
    case .milliseconds, .halfDay, .offset, .literal: break
    }
    return end
  }

  private mutating func readHalfDay(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start + 2 <= bytes.count, bytes[start + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
    switch bytes[start] | 0x20 {
    case UInt8(ascii: "a"): isAfternoon = false
    case UInt8(ascii: "p"): isAfternoon = true
    default: return nil
    }
    return start + 2
  }

  private mutating func readOffset(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start < bytes.count else { return nil }
    if bytes[start] | 0x20 == UInt8(ascii: "z") {
      offset = 0
      return start + 1
    }
    let sign: Int64
    switch bytes[start] {
    case UInt8(ascii: "+"): sign = 1
    case UInt8(ascii: "-"): sign = -1
    default: return nil
    }
    guard let hours = Self.two(bytes, start + 1), hours <= 18 else { return nil }
    var end = start + 3
    let minutesStart = end < bytes.count && bytes[end] == UInt8(ascii: ":") ? end + 1 : end
    var minutes: Int64 = 0
    if let value = Self.two(bytes, minutesStart) {
      guard value < 60 else { return nil }
      minutes = value
      end = minutesStart + 2
    }
    offset = sign * (hours * 3600 + minutes * 60)
    return end
  }

  private static func two(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int64? {
    guard start + 2 <= bytes.count, bytes[start].isASCIIDigit, bytes[start + 1].isASCIIDigit else {
      return nil
    }
    return Int64(bytes[start] & 0xf) * 10 + Int64(bytes[start + 1] & 0xf)
  }
}
