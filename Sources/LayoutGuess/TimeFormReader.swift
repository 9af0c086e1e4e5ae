/// Finds the pattern of times of one shape.
struct TimeFormReader {
  private var parts: ArraySlice<TimeShape.Part>
  private let shape: TimeShape
  private let isNamed: Bool
  /// The numbers of each value.
  private var rows: [[(value: Int, count: Int)]]
  /// How many numbers were taken so far.
  private var taken = 0
  private var pattern = ""
  private var doubt: String?
  private var isAuto = true
  private var isISO = false
  /// Whether days and months have no leading zero.
  private var hasOneDigit = false

  init(shape: TimeShape, rows: [[(value: Int, count: Int)]], isNamed: Bool) {
    (self.shape, self.rows, self.isNamed) = (shape, rows, isNamed)
    parts = shape.parts[...]
  }

  /// How many values have only numbers that are possible.
  var fitting: Int { rows.count }

  mutating func read() -> TimeForm? {
    if case .digits(let count) = shape.parts[0], shape.parts.count == 1, let epoch = epoch(count) {
      return TimeForm(pattern: epoch, kind: .dateAndTime, isAuto: false)
    }
    let isTimeAlone = shape.parts.count > 1 && timeAloneSeparator
    if isTimeAlone || (isNamed && isFusedTime) {
      guard readTime(), parts.isEmpty, !rows.isEmpty else { return nil }
      return TimeForm(pattern: pattern, kind: .time, isAuto: isAuto)
    }
    guard readDate(), !rows.isEmpty else { return nil }
    if parts.isEmpty {
      return TimeForm(pattern: pattern, kind: .date, isAuto: isAuto, doubt: doubt)
    }
    if case .text(let join) = parts.first {
      guard let written = Self.literal(join) else { return nil }
      if ![" ", "T"].contains(join) { isAuto = false }
      pattern += written
      parts.removeFirst()
    } else {
      isAuto = false
    }
    guard readTime(), parts.isEmpty, !rows.isEmpty else { return nil }
    return TimeForm(pattern: pattern, kind: .dateAndTime, isAuto: isAuto, doubt: doubt)
  }

  /// Whether the first two numbers are separated as in a time of day.
  private var timeAloneSeparator: Bool {
    guard case .digits(2) = shape.parts[0], case .text(let text) = shape.parts[1] else {
      return false
    }
    return [":", "h", "H"].contains(text)
  }

  /// `114210` and `1142`, which are no days.
  private var isFusedTime: Bool {
    switch shape.parts {
    case [.digits(4)]: rows.allSatisfy { $0[0].value / 100 < 24 && $0[0].value % 100 < 60 }
    case [.digits(6)]:
      rows.allSatisfy { Self.fits("20260101" + Self.padded($0[0].value, 6), "yyyyMMddHHmmss") }
        && !rows.allSatisfy { Self.fits(Self.padded($0[0].value, 6), "yyMMdd") }
        && !rows.allSatisfy { Self.fits(Self.padded($0[0].value, 6), "ddMMyy") }
    default: false
    }
  }

  private func epoch(_ count: Int) -> String? {
    let (name, unit) =
      count == 10 ? ("epoch-seconds", 1) : count == 13 ? ("epoch-milliseconds", 1_000) : ("", 0)
    guard unit > 0 else { return nil }
    // 2001 to 2033: a later second of 1970 begins as years do, 2026082811.
    let range = 1_000_000_000 * unit..<2_000_000_000 * unit
    guard rows.allSatisfy({ range.contains($0[0].value) }) else { return nil }
    return name
  }

  // MARK: Dates

  private mutating func readDate() -> Bool {
    guard case .digits(let first) = parts.first else { return false }
    switch first {
    case 2, 4: return readSeparatedDate(yearFirst: first == 4)
    case 6, 8, 10, 12, 14: return readFusedDate(first)
    default: return false
    }
  }

  private mutating func readSeparatedDate(yearFirst: Bool) -> Bool {
    guard parts.count >= 5 else { return false }
    let head = Array(parts.prefix(5))
    guard case .text(let separator) = head[1], head[3] == .text(separator),
      ["/", "-", ".", " ", "_"].contains(separator), head[2] == .digits(2)
    else { return false }
    let isLastYear = head[4] == .digits(4)
    guard head[4] == .digits(2) || (isLastYear && !yearFirst) else { return false }
    parts.removeFirst(5)
    taken = 3
    let order = yearFirst ? "yMd" : order(isLastYear: isLastYear)
    let letters = Array(order)
    func number(_ letter: Character, _ row: [(value: Int, count: Int)]) -> Int {
      letters.firstIndex(of: letter).map { row[$0].value } ?? 0
    }
    let isShort = !yearFirst && !isLastYear
    rows = rows.filter { row in
      let year = number("y", row)
      return Self.isDay(year: isShort ? 2_000 + year : year, number("M", row), number("d", row))
    }
    // Days without a leading zero come with months without one.
    hasOneDigit = letters.indices.contains { index in
      letters[index] != "y" && rows.contains { $0[index].count == 1 }
    }
    for (index, letter) in letters.enumerated() {
      if index > 0 { pattern += separator }
      if letter == "y" {
        pattern += isShort ? "yy" : "yyyy"
      } else {
        pattern += String(repeating: String(letter), count: hasOneDigit ? 1 : 2)
      }
    }
    isISO = yearFirst && separator == "-"
    isAuto = isISO || (order == "dMy" && separator == "/" && !isShort)
    return true
  }

  /// Which of three numbers is the day, by values that only one of them can have.
  private mutating func order(isLastYear: Bool) -> String {
    func most(_ index: Int) -> Int { rows.map { $0[index].value }.max() ?? 0 }
    /// Values of more than half of the rows, so that a single slip does not turn the order.
    func over(_ index: Int, _ limit: Int) -> Int { rows.count { $0[index].value > limit } }
    if !isLastYear {
      if over(0, 31) > 0 { return "yMd" }
      let (first, last) = (Set(rows.map { $0[0].value }), Set(rows.map { $0[2].value }))
      if first.count < last.count, over(1, 12) == 0, (20...40).contains(most(0)) {
        doubt =
          "year, month and day of two digits: the number that changes least is taken for the year"
        return "yMd"
      }
      if over(2, 31) == 0, first.count <= last.count {
        doubt = "year, month and day of two digits: the last number is taken for the year"
      }
    }
    let (first, second) = (over(0, 12), over(1, 12))
    if first > second { return "dMy" }
    if second > first { return "Mdy" }
    doubt = "no number over 12 tells day and month apart: the day is taken to come first"
    return "dMy"
  }

  private mutating func readFusedDate(_ count: Int) -> Bool {
    parts.removeFirst()
    taken = 1
    isAuto = false
    let forms: [String] =
      switch count {
      case 6: isNamed ? ["yyMMdd", "ddMMyy", "MMddyy"] : []
      case 8: ["yyyyMMdd", "ddMMyyyy", "MMddyyyy"]
      case 10: ["yyyyMMddHH"]
      case 12: ["yyyyMMddHHmm", "yyMMddHHmmss", "ddMMyyyyHHmm"]
      default: ["yyyyMMddHHmmss", "ddMMyyyyHHmmss"]
      }
    let texts = rows.map { row in
      let digits = String(row[0].value)
      return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
    let fits = forms.map { form in texts.map { Self.fits($0, form) } }
    let counts = fits.map { $0.count { $0 } }
    // The year changes least.
    func years(_ index: Int) -> Int {
      let form = forms[index]
      return Set(texts.map { text in String(zip(form, text).filter { $0.0 == "y" }.map(\.1)) })
        .count
    }
    func isBetter(_ one: Int, _ other: Int) -> Bool {
      (counts[one], -years(one), -one) > (counts[other], -years(other), -other)
    }
    guard let best = counts.indices.min(by: isBetter), counts[best] * 2 > rows.count else {
      return false
    }
    if let other = counts.indices.first(where: { $0 != best && counts[$0] == counts[best] }) {
      doubt = "\(forms[other]) would fit as well"
    }
    rows = zip(rows, fits[best]).filter(\.1).map(\.0)
    pattern = forms[best]
    if count == 10 {
      // The minutes must follow.
      guard parts.first == .text(":"), parts.dropFirst().first == .digits(2) else { return false }
      parts.removeFirst(2)
      pattern += ":mm"
      taken = 2
      rows = rows.filter { $0[1].value < 60 }
    }
    return true
  }

  private static func fits(_ text: String, _ form: String) -> Bool {
    var numbers: [Character: Int] = [:]
    for (letter, digit) in zip(form, text) {
      guard let value = digit.wholeNumberValue else { return false }
      numbers[letter] = (numbers[letter] ?? 0) * 10 + value
    }
    let year = numbers["y"] ?? 0
    return isDay(
      year: form.contains("yyyy") ? year : 2_000 + year, numbers["M"] ?? 0, numbers["d"] ?? 0)
      && numbers["H"] ?? 0 < 24 && numbers["m"] ?? 0 < 60 && numbers["s"] ?? 0 < 60
  }

  private static func isDay(year: Int, _ month: Int, _ day: Int) -> Bool {
    (1_990...2_099).contains(year) && (1...12).contains(month) && (1...31).contains(day)
  }

  // MARK: Times of day

  private mutating func readTime() -> Bool {
    let index = taken
    if parts.first == .digits(6), parts.count == 1 {
      parts.removeFirst()
      rows = rows.filter {
        Self.fits("20260101" + Self.padded($0[index].value, 6), "yyyyMMddHHmmss")
      }
      pattern += "HHmmss"
      isAuto = false
      return true
    }
    if parts.first == .digits(4), parts.count == 1 {
      parts.removeFirst()
      rows = rows.filter { Self.fits("20260101" + Self.padded($0[index].value, 4), "yyyyMMddHHmm") }
      pattern += "HHmm"
      isAuto = false
      return true
    }
    let isOfTwelve = parts.contains(.half)
    guard parts.count >= 3, parts.removeFirst() == .digits(2),
      case .text(let separator) = parts.removeFirst(),
      parts.removeFirst() == .digits(2), let written = Self.literal(separator)
    else { return parts.isEmpty && taken > 0 }
    let hour = isOfTwelve ? "h" : "H"
    let isPadded = rows.contains { $0[index].count == 2 && $0[index].value < 10 }
    let isShort = hasOneDigit && !isPadded || rows.contains { $0[index].count == 1 }
    pattern += String(repeating: hour, count: isShort ? 1 : 2)
    pattern += written + "mm"
    rows = rows.filter { $0[index].value < 24 && $0[index + 1].value < 60 }
    isAuto = isAuto && separator == ":" && !isOfTwelve
    taken += 2
    readSeconds()
    if parts.first == .text(" "), parts.dropFirst().first == .half {
      pattern += " "
      parts.removeFirst()
    }
    if parts.first == .half {
      pattern += "a"
      parts.removeFirst()
    }
    if parts.first == .text(" "), parts.dropFirst().first == .offset {
      pattern += " "
      isAuto = false
      parts.removeFirst()
    }
    if parts.first == .offset {
      pattern += "XXX"
      isAuto = isAuto && isISO
      parts.removeFirst()
    }
    return true
  }

  private mutating func readSeconds() {
    guard case .text(let separator) = parts.first, [":", "m", "."].contains(separator),
      parts.dropFirst().first == .digits(2)
    else { return }
    let index = taken
    pattern += (Self.literal(separator) ?? separator) + "ss"
    isAuto = isAuto && separator == ":"
    rows = rows.filter { $0[index].value < 60 }
    parts.removeFirst(2)
    taken += 1
    guard case .text(let point) = parts.first, point == "." || point == ",",
      case .digits(let count) = parts.dropFirst().first
    else { return }
    pattern += point + String(repeating: "S", count: count)
    parts.removeFirst(2)
    taken += 1
  }

  private static func padded(_ value: Int, _ count: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  /// A literal of a pattern: letters are quoted.
  private static func literal(_ text: String) -> String? {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "'") }) else {
      return nil
    }
    return text.contains(where: \.isLetter) ? "'\(text)'" : text
  }
}
