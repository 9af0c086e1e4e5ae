/// A way of writing times, and the pattern by which a layout reads it.
struct TimeStyle {
  var pattern: String
  var write: @Sendable (SampleEvent) -> String
  /// Where the time of day stands in a column of its own.
  var writeTime: (@Sendable (SampleEvent) -> String)?

  init(_ pattern: String, _ write: @escaping @Sendable (SampleEvent) -> String) {
    self.pattern = pattern
    self.write = write
  }

  /// With the time of day in a column of its own.
  private func and(_ writeTime: @escaping @Sendable (SampleEvent) -> String) -> TimeStyle {
    var style = self
    style.writeTime = writeTime
    return style
  }

  static let french = TimeStyle("auto") {
    "\(two($0.day))/\(two($0.month))/\($0.year) \(clock($0)):\(two($0.second))"
  }
  static let frenchMinutes = TimeStyle("auto") {
    "\(two($0.day))/\(two($0.month))/\($0.year) \(clock($0))"
  }
  static let oneDigit = TimeStyle("auto") {
    "\($0.day)/\($0.month)/\($0.year) \($0.hour):\(two($0.minute))"
  }
  static let dateOnly = TimeStyle("auto") { "\(two($0.day))/\(two($0.month))/\($0.year)" }
  static let iso = TimeStyle("auto") {
    "\($0.year)-\(two($0.month))-\(two($0.day))T\(clock($0)):\(two($0.second))+02:00"
  }
  static let isoBlank = TimeStyle("auto") {
    "\($0.year)-\(two($0.month))-\(two($0.day)) \(clock($0)):\(two($0.second))"
  }
  static let american = TimeStyle("MM/dd/yyyy HH:mm") {
    "\(two($0.month))/\(two($0.day))/\($0.year) \(clock($0))"
  }
  static let americanHalves = TimeStyle("M/d/yyyy h:mm a") {
    let hour = $0.hour % 12 == 0 ? 12 : $0.hour % 12
    return
      "\($0.month)/\($0.day)/\($0.year) \(hour):\(two($0.minute)) \($0.hour < 12 ? "AM" : "PM")"
  }
  static let compact = TimeStyle("yyyyMMddHHmmss") {
    "\($0.year)\(two($0.month))\(two($0.day))\(two($0.hour))\(two($0.minute))\(two($0.second))"
  }
  static let compactDay = TimeStyle("yyyyMMdd") { "\($0.year)\(two($0.month))\(two($0.day))" }
  static let dotted = TimeStyle("dd.MM.yyyy HH:mm:ss") {
    "\(two($0.day)).\(two($0.month)).\($0.year) \(clock($0)):\(two($0.second))"
  }
  static let dashed = TimeStyle("dd-MM-yyyy HH:mm") {
    "\(two($0.day))-\(two($0.month))-\($0.year) \(clock($0))"
  }
  static let shortYear = TimeStyle("dd/MM/yy HH:mm") {
    "\(two($0.day))/\(two($0.month))/\($0.year % 100) \(clock($0))"
  }
  static let hourLetter = TimeStyle("dd/MM/yyyy HH'h'mm") {
    "\(two($0.day))/\(two($0.month))/\($0.year) \(two($0.hour))h\(two($0.minute))"
  }
  static let seconds = TimeStyle("epoch-seconds") {
    "\(1_790_000_000 + $0.day * 86_400 + $0.second)"
  }
  static let milliseconds = TimeStyle("epoch-milliseconds") {
    "\(1_790_000_000_000 + $0.day * 86_400_000 + $0.second)"
  }
  static let apart = TimeStyle("auto") {
    "\(two($0.day))/\(two($0.month))/\($0.year)"
  }.and { "\(clock($0)):\(two($0.second))" }
  static let compactApart = TimeStyle("yyyyMMdd HHmmss") {
    "\($0.year)\(two($0.month))\(two($0.day))"
  }.and { "\(two($0.hour))\(two($0.minute))\(two($0.second))" }
  static let letterApart = TimeStyle("dd/MM/yyyy HH'h'mm") {
    "\(two($0.day))/\(two($0.month))/\($0.year)"
  }.and { "\(two($0.hour))h\(two($0.minute))" }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

private func clock(_ event: SampleEvent) -> String { "\(two(event.hour)):\(two(event.minute))" }
