import Carrier

/// Reads times without allocating memory.
struct TimeReader {
  private let clock: WallClock
  private let formats: [TimeFormat]
  /// Midnights that were looked up before; the rows of a file are of a few days only.
  private var days: [KnownDay]
  /// The same by the ten bytes of a written date.
  private var dates: [KnownDate]
  private let isAuto: Bool

  private struct KnownDay {
    var day: Int64
    /// Midnight, in seconds since 1970; nil if the clock changes near the day.
    var midnight: Int64?
  }

  /// The bytes of a date, such as `28/08/2026`. The clock does not change near that day.
  private struct KnownDate {
    var head: UInt64
    var tail: UInt16
    /// Nil in a slot that is not used yet.
    var midnight: Int64?
  }

  private static let knownDays = 64

  init(clock: WallClock, formats: [TimeFormat]) {
    self.clock = clock
    self.formats = formats
    isAuto = formats.first == .auto
    days = Array(repeating: KnownDay(day: .min, midnight: nil), count: Self.knownDays)
    dates = Array(repeating: KnownDate(head: 0, tail: 0, midnight: nil), count: Self.knownDays)
  }

  /// The fast path for the most frequent form: date and time to the second without offset. It takes eight
  /// bytes at a time.
  /// - Parameter bytes: the field, with eight readable bytes after it.
  /// - Returns: nil if the field needs `read`.
  @inline(__always)
  mutating func readKnown(padded bytes: UnsafeRawPointer, _ count: Int) -> EventTime? {
    guard isAuto, count == 19 else { return nil }
    let separator = bytes.load(fromByteOffset: 10, as: UInt8.self)
    guard separator == space || separator == letterT else { return nil }
    // HH:mm:ss with the first character in the lowest byte; digits become 0…9, and colons 0.
    let clock = UInt64(
      littleEndian: bytes.loadUnaligned(fromByteOffset: 11, as: UInt64.self))
    let values = clock ^ 0x3030_3a30_303a_3030
    // The sum sets the high bit of each byte that is more than 9, or for a colon more than 0.
    guard (values | (values &+ 0x7676_7f76_767f_7676)) & 0x8080_8080_8080_8080 == 0 else {
      return nil
    }
    @inline(__always)
    func two(_ shift: UInt64) -> UInt64 {
      (values >> shift & 0xf) &* 10 &+ (values >> (shift + 8) & 0xf)
    }
    let (hour, minute, second) = (two(0), two(24), two(48))
    guard hour < 24, minute < 60, second < 60 else { return nil }

    let head = bytes.loadUnaligned(as: UInt64.self)
    let tail = bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    let slot = Self.slot(head, tail)
    if dates[slot].head != head || dates[slot].tail != tail {
      guard learn(bytes, head, tail) else { return nil }
    }
    guard let midnight = dates[slot].midnight else { return nil }
    let seconds = Int64(hour &* 3600 &+ minute &* 60 &+ second)
    return EventTime(seconds: midnight &+ seconds, precision: .second)
  }

  /// Bits of the hash are dropped on purpose. No random seed is needed: a slot has one entry and no chain, so
  /// dates that share a slot are only read in the slow way.
  @inline(__always)
  private static func slot(_ head: UInt64, _ tail: UInt16) -> Int {
    let mixed = (head ^ UInt64(tail) << 24) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 32) & (knownDays - 1)
  }

  /// Adds a date to the table.
  /// - Returns: false if it is no date, or the clock changes near it.
  private mutating func learn(_ bytes: UnsafeRawPointer, _ head: UInt64, _ tail: UInt16) -> Bool {
    guard let (day, _) = readDate(UnsafeRawBufferPointer(start: bytes, count: 10)),
      let midnight = midnight(ofDay: day)
    else { return false }
    dates[Self.slot(head, tail)] = KnownDate(head: head, tail: tail, midnight: midnight)
    return true
  }

  /// The same for a layout whose first format is not `auto`, so that `readKnown` reads nothing.
  @inline(never)
  mutating func readByPattern(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    isAuto || bytes.isEmpty ? nil : read(bytes)
  }

  /// - Parameter bytes: the trimmed field.
  /// - Returns: nil if no format fits, or the calendar has no such day or time.
  mutating func read(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    for format in formats {
      switch format {
      case .auto:
        if let time = readAuto(bytes) { return time }
      case .pattern(let pattern):
        if let time = readPattern(pattern, bytes) { return time }
      case .epochSeconds:
        if let time = readEpoch(bytes, units: 1) { return time }
      case .epochMilliseconds:
        if let time = readEpoch(bytes, units: 1000) { return time }
      }
    }
    return nil
  }

  /// Reads `dd/MM/yyyy` or `yyyy-MM-dd` at the start of at least ten bytes.
  /// - Returns: days since 1970-01-01; nil if the calendar has no such day.
  private func readDate(_ bytes: UnsafeRawBufferPointer) -> (day: Int64, isISO: Bool)? {
    let isISO = bytes[4] == dash && bytes[7] == dash
    guard isISO || (bytes[2] == slash && bytes[5] == slash),
      let century = two(bytes, isISO ? 0 : 6), let year = two(bytes, isISO ? 2 : 8),
      let month = two(bytes, isISO ? 5 : 3), let dayOfMonth = two(bytes, isISO ? 8 : 0),
      let day = CivilTime.days(year: century * 100 + year, month: month, day: dayOfMonth)
    else { return nil }
    return (day, isISO)
  }

  private mutating func readAuto(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    readPadded(bytes) ?? readUnpadded(bytes)
  }

  /// Reads a time whose day, month or hour has only one digit: `8/9/2026 9:05`.
  private mutating func readUnpadded(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    guard (8...Self.longestUnpadded).contains(bytes.count) else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 2 * Self.longestUnpadded, alignment: 1) {
      padded in
      var count = 0
      var digits = 0
      // Day, month and hour get a leading zero; minutes and seconds always have two digits.
      var numbers = 0
      for (index, byte) in bytes.enumerated() {
        let isDigit = byte.isASCIIDigit
        let isAlone =
          isDigit && digits == 0 && (index + 1 == bytes.count || !bytes[index + 1].isASCIIDigit)
        if isAlone, numbers < 4 {
          padded[count] = UInt8(ascii: "0")
          count += 1
        }
        if isDigit, digits == 0 { numbers += 1 }
        digits = isDigit ? digits + 1 : 0
        padded[count] = byte
        count += 1
      }
      guard count > bytes.count else { return nil }
      return readPadded(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(padded)[..<count]))
    }
  }

  private static let longestUnpadded = 40

  private mutating func readPadded(_ bytes: UnsafeRawBufferPointer) -> EventTime? {
    guard bytes.count >= 10, let (day, isISO) = readDate(bytes) else { return nil }
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

  /// The index after `.123` or `,123`; fractions of a second are ignored.
  private func skipFraction(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    guard bytes[start] == UInt8(ascii: ".") || bytes[start] == UInt8(ascii: ",") else {
      return start
    }
    var index = start + 1
    while index < bytes.count, bytes[index].isASCIIDigit { index += 1 }
    return index > start + 1 ? index : start
  }

  /// The offset at the end of the field (`Z`, `+02:00`, `+0200` or `+02`), in seconds east of UTC.
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

  /// The instant of a wall-clock time. The tz database is only asked for days near a change of the clock.
  mutating func resolve(
    day: Int64, second: Int64, _ precision: EventTime.Precision
  ) -> EventTime {
    if let midnight = midnight(ofDay: day) {
      return EventTime(seconds: midnight + second, precision: precision)
    }
    let (seconds, isAmbiguous) = clock.instant(ofLocal: day * secondsPerDay + second)
    return EventTime(seconds: seconds, precision: precision, isAmbiguous: isAmbiguous)
  }

  /// Midnight, in seconds since 1970; nil if the clock changes near the day.
  private mutating func midnight(ofDay day: Int64) -> Int64? {
    // The low bits of the day are the slot.
    let slot = Int(truncatingIfNeeded: day) & (Self.knownDays - 1)
    if days[slot].day != day {
      days[slot] = KnownDay(
        day: day, midnight: clock.offset(ofDay: day).map { day * secondsPerDay - $0 })
    }
    return days[slot].midnight
  }
}

private let slash = UInt8(ascii: "/")
private let dash = UInt8(ascii: "-")
private let colon = UInt8(ascii: ":")
private let space = UInt8(ascii: " ")
private let letterT = UInt8(ascii: "T")

/// The value of two digits; nil if one of them is no digit.
@inline(__always)
private func two(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int64? {
  let tens = bytes[index] &- 0x30
  let ones = bytes[index + 1] &- 0x30
  guard tens < 10, ones < 10 else { return nil }
  return Int64(tens &* 10 &+ ones)
}
