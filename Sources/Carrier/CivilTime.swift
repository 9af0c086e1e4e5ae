/// Seconds of a day on which the clock does not change.
@inlinable package var secondsPerDay: Int64 { 86_400 }

/// A date and a time of day in the Gregorian calendar, without a zone.
package struct CivilTime {
  var year: Int64
  var month: Int64
  var day: Int64
  var secondOfDay: Int64

  /// - Parameter seconds: since 1970-01-01T00:00:00 on the same clock.
  init(seconds: Int64) {
    let days = floorDivide(seconds, secondsPerDay)
    secondOfDay = seconds - days * secondsPerDay
    // Years counted from March, so that the leap day is the last of a year; 400 years have 146,097 days.
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01; nil when the calendar has no such day.
  @inlinable @inline(__always)
  package static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
    guard month >= 1, month <= 12, day >= 1, day <= length(ofMonth: month, year: year) else {
      return nil
    }
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  @inlinable @inline(__always)
  static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// `2026-08-28T11:42:10`
  var text: String {
    if (0...9_999).contains(year) { return usualText }
    let years = String(year)
    let padded = String(repeating: "0", count: max(0, 4 - years.count)) + years
    let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60]
    return "\(padded)-\(twoDigits(month))-\(twoDigits(day))T"
      + clock.map(twoDigits).joined(separator: ":")
  }
}

extension CivilTime {
  /// The same of a year with four digits, in one piece: lists of events have two times in each line.
  private var usualText: String {
    String(unsafeUninitializedCapacity: 19) { buffer in
      func put(_ value: Int64, at index: Int) {
        buffer[index] = UInt8(ascii: "0") + UInt8(value / 10 % 10)
        buffer[index + 1] = UInt8(ascii: "0") + UInt8(value % 10)
      }
      put(year / 100, at: 0)
      put(year % 100, at: 2)
      put(month, at: 5)
      put(day, at: 8)
      put(secondOfDay / 3_600, at: 11)
      put(secondOfDay / 60 % 60, at: 14)
      put(secondOfDay % 60, at: 17)
      (buffer[4], buffer[7], buffer[10]) = (UInt8(ascii: "-"), UInt8(ascii: "-"), UInt8(ascii: "T"))
      (buffer[13], buffer[16]) = (UInt8(ascii: ":"), UInt8(ascii: ":"))
      return 19
    }
  }
}

func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }

/// A division that rounds down, also of a negative number.
@inlinable @inline(__always)
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  value >= 0 ? value / divisor : (value - divisor + 1) / divisor
}

/// What is left of a division that rounds down: 0 or more, also of a negative number.
func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
  value - floorDivide(value, divisor) * divisor
}
