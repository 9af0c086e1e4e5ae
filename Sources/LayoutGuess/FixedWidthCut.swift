import TrackingFile

/// Lines with columns at fixed places, cut where the columns seem to begin.
struct FixedWidthCut {
  private(set) var spans: [Layout.Span] = []
  private(set) var rows: [[String]] = []
  private(set) var rowLines: [SampleText.Line] = []
  private(set) var others: [SampleText.Line] = []

  private let texts: [[Unicode.Scalar]]
  private var longest = 0

  /// So many lines show where columns begin.
  private static let mostLines = 200
  /// A longer run of characters without a blank, in all lines together, is one column.
  private static let longestRun = 150
  /// What a last column gets at least, as texts are often cut at the line's end.
  private static let widthOfLast = 200

  /// - Returns: nil if there are no places at which all lines have a column.
  init?(_ lines: [SampleText.Line]) {
    let lengths = lines.map(\.text.unicodeScalars.count).sorted()
    guard let usual = lengths.isEmpty ? nil : lengths[lengths.count / 2], usual >= 20 else {
      return nil
    }
    for line in lines {
      // A last text of any length may end a line early.
      if line.text.unicodeScalars.count * 5 >= usual * 2, line.text.unicodeScalars.count > 14 {
        rowLines.append(line)
      } else {
        others.append(line)
      }
    }
    texts = rowLines.map { Array($0.text.unicodeScalars) }
    let sample = Array(texts.prefix(Self.mostLines))
    longest = texts.map(\.count).max() ?? 0
    guard sample.count >= 1, longest <= SampleText.longestLine else { return nil }
    let columns = Self.columns(sample, longest)
    guard columns.count >= 3 else { return nil }
    for (index, column) in columns.enumerated() {
      let isLast = index + 1 == columns.count
      let end =
        isLast
        ? max(column.upperBound, column.lowerBound + Self.widthOfLast)
        : columns[index + 1].lowerBound
      // A code is not wider than its values because blanks come after it.
      spans.append(Layout.Span(start: column.lowerBound + 1, width: end - column.lowerBound))
    }
    let ranges = spans.map { $0.start - 1..<$0.start - 1 + $0.width }
    rows = texts.map { text in ranges.map { Self.text(text, $0) } }
  }

  /// What to call the columns in sentences.
  var titles: [String] { spans.map { "characters \($0.start) to \($0.start + $0.width - 1)" } }

  /// Whether lines seem to hold several records: a number of a parcel comes again after the last column.
  var hasSeveralRecords: Bool {
    guard spans.count > 2 else { return false }
    let crowded = rows.count { row in
      (row.last ?? "").split { !$0.isLetter && !$0.isNumber }.contains {
        ValueShape.isParcel(String($0.suffix(12)))
      }
    }
    return crowded * 2 > rows.count
  }

  private static func text(_ line: [Unicode.Scalar], _ range: Range<Int>) -> String {
    let range = range.clamped(to: 0..<line.count)
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: line[range])
    return ValueShape.trimmed(Substring(String(scalars)))
  }

  /// Where columns begin and end, counted from 0.
  private static func columns(_ lines: [[Unicode.Scalar]], _ longest: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for place in 0...longest {
      let isBlank = lines.allSatisfy { place >= $0.count || $0[place].properties.isWhitespace }
      if let begin = start, isBlank {
        runs.append(begin..<place)
        start = nil
      } else if start == nil, !isBlank {
        start = place
      }
    }
    var columns: [Range<Int>] = []
    var label: Range<Int>?
    for run in runs {
      if let begin = label {
        // Blanks within a text may meet in all lines.
        if !isStrong(lines.map { text($0, run) }) {
          label = begin.lowerBound..<run.upperBound
          continue
        }
        columns.append(begin)
        label = nil
      }
      if isLabel(lines, run, longest) {
        label = run
      } else {
        columns += split(run, of: lines)
      }
    }
    if let label { columns.append(label) }
    return joined(columns, lines)
  }

  /// A date and a time with one blank between them are one column.
  private static func joined(_ columns: [Range<Int>], _ lines: [[Unicode.Scalar]]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for column in columns {
      if let before = joined.last, before.upperBound + 1 == column.lowerBound,
        all(lines.map { text($0, column) }, { $0.contains(":") }),
        isTime(lines.map { text($0, before.lowerBound..<column.upperBound) })
      {
        joined[joined.count - 1] = before.lowerBound..<column.upperBound
      } else {
        joined.append(column)
      }
    }
    return joined
  }

  /// Whether sentences begin at a place.
  private static func isLabel(_ lines: [[Unicode.Scalar]], _ run: Range<Int>, _ longest: Int)
    -> Bool
  {
    let texts = lines.map { text($0, run.lowerBound..<longest) }.filter { !$0.isEmpty }
    let fitting = texts.count { text in
      let words = text.prefix(60).split(whereSeparator: \.isWhitespace).prefix(2)
      guard words.count == 2, let first = words.first else { return false }
      return !words.joined().contains(where: \.isNumber)
        && (first.dropFirst().first?.isLowercase ?? false)
    }
    return fitting * 10 >= texts.count * 7 && !texts.isEmpty
  }

  private static func all(_ values: [String], _ fits: (String) -> Bool) -> Bool {
    let values = values.filter { !$0.isEmpty }
    return !values.isEmpty && values.count(where: fits) * 20 >= values.count * 19
  }

  /// Whether values show by themselves what they are.
  private static func isStrong(_ values: [String]) -> Bool {
    all(values, ValueShape.isParcel) || all(values, ValueShape.isPostcode)
      || all(values) { ValueShape.isCountry($0) && $0 == $0.uppercased() }
      || all(values, ValueShape.isAccount) || isTime(values)
  }

  private static func isTime(_ values: [String]) -> Bool {
    let values = values.filter { !$0.isEmpty }
    let forms = TimeForm.all(of: values, isNamed: false).filter { $0.kind != .time }
    return forms.reduce(0) { $0 + $1.share } > 0.95
  }

  // MARK: Columns without blanks between them

  /// Cuts a run of characters where columns of a known form begin.
  private static func split(_ run: Range<Int>, of lines: [[Unicode.Scalar]]) -> [Range<Int>] {
    guard (3...longestRun).contains(run.count) else { return [run] }
    func values(_ range: Range<Int>) -> [String] { lines.map { text($0, range) } }
    func isFull(_ range: Range<Int>) -> Bool {
      values(range).count { $0.unicodeScalars.count == range.count } * 20 >= lines.count * 19
    }
    func cut(_ window: Range<Int>) -> [Range<Int>] {
      (run.lowerBound < window.lowerBound
        ? split(run.lowerBound..<window.lowerBound, of: lines) : [])
        + [window]
        + (window.upperBound < run.upperBound
          ? split(window.upperBound..<run.upperBound, of: lines) : [])
    }
    let whole = values(run)
    if isStrong(whole) || all(whole, ValueShape.isAccountID) { return [run] }
    for width in [19, 16, 14, 12, 10, 8] where width <= run.count {
      for place in run.lowerBound...run.upperBound - width {
        let window = place..<place + width
        let texts = values(window)
        guard all(texts, isRecentTime), isFull(window), isTime(texts) else { continue }
        return cut(window)
      }
    }
    for width in [17, 12, 5, 2] where width < run.count {
      let window = run.lowerBound..<run.lowerBound + width
      let texts = values(window)
      guard isFull(window) else { continue }
      let fits =
        switch width {
        case 17, 12: all(texts, ValueShape.isParcel)
        case 5:
          all(texts) { $0.utf8.allSatisfy { $0 >= 0x30 && $0 < 0x3a } }
            && all(texts, ValueShape.isPostcode)
        default: all(texts, ValueShape.isAccount) || all(texts, ValueShape.isCountry)
        }
      // Letters must come after a postcode, or it is a longer number.
      if fits, width != 5 || all(values(window.upperBound..<window.upperBound + 1), isLetter) {
        return cut(window)
      }
    }
    // An account ID and a parcel number: letters, then more digits than an ID has.
    let ids = run.lowerBound..<run.lowerBound + 8
    if run.count > 16, all(values(ids), ValueShape.isAccountID) { return cut(ids) }
    return [run]
  }

  private static func isLetter(_ value: String) -> Bool { value.allSatisfy(\.isLetter) }

  /// Windows of digits look like times by chance; a year of this half century does not come so often.
  private static func isRecentTime(_ value: String) -> Bool {
    value.hasPrefix("20") || value.contains("/20") || value.contains("-20") || value.contains(".20")
  }
}
