import LayoutGuess
import TestSupport
import TrackingFile

/// A made-up tracking file that is written in one of many ways, with what a right guess says of it.
struct FileVariant {
  /// What a column of the file holds.
  enum Content: Hashable {
    case column(Layout.Column)
    case time
    case town, weight, count, orderDate
  }

  enum Encoding { case utf8, utf8Mark, windows1252, iso885915, cp850, utf16, utf16Bare }

  var name: String
  var path = "TRK_20260901_070000.csv"
  var separator = ";"
  var quote: String?
  /// The names of columns; nil: there is no header.
  var names: [Content: String]? = HeaderNames.carrier
  var encoding = Encoding.utf8
  var times = TimeStyle.french
  var language = SampleEvent.Language.french
  var rows = 24
  var lowDays = false
  var missing: Set<Layout.Column> = []
  var extra: [Content] = []
  /// The columns come in another order for each seed; 0: the usual one.
  var shuffle: UInt64 = 0
  var before: [String] = []
  /// `%d` is the number of rows.
  var after: String?
  /// The type of each row, before its first column.
  var record: String?
  var lineEnd = "\n"
  /// Writes a value in another way.
  var change: @Sendable (Layout.Column, String) -> String = { $1 }
  /// Places instead of separators: the width of each column.
  var widths: [(content: Content, width: Int)]?
  /// What a right guess says of the file as a whole; nil: it is not compared.
  var trailer: String?
  var isAnyNumber = false

  init(_ name: String, _ change: (inout FileVariant) -> Void = { _ in }) {
    self.name = name
    change(&self)
  }

  /// The columns in the file's order.
  var contents: [Content] {
    if let widths { return widths.map(\.content) }
    var contents: [Content] = []
    for column in Layout.Column.allCases where !missing.contains(column) {
      contents.append(.column(column))
      if column == .date, times.writeTime != nil { contents.append(.time) }
    }
    contents += extra
    if shuffle > 0 {
      var random = SeededGenerator(seed: shuffle)
      contents.shuffle(using: &random)
    }
    return contents
  }

  var bytes: [UInt8] {
    let events = SampleEvent.some(
      rows, seed: UInt64(name.utf8.reduce(7) { $0 * 31 % 1_000_003 + Int($1) }), language: language,
      lowDays: lowDays)
    var lines = before
    if let names, widths == nil {
      let header = contents.map { wrapped(names[$0] ?? "?") }
      lines.append(
        (record.map { _ in ["TYPE"] } ?? []).joined() + (record == nil ? "" : separator)
          + header.joined(separator: separator))
    }
    for event in events { lines.append(line(event)) }
    if let after { lines.append(after.replacing("%d", with: "\(events.count)")) }
    return encoded(lines.joined(separator: lineEnd) + lineEnd)
  }

  private func line(_ event: SampleEvent) -> String {
    let values = contents.map { value($0, event) }
    if let widths {
      let fields = zip(widths, values).map { column, value in
        let room = max(0, column.width - value.unicodeScalars.count)
        return value + String(repeating: " ", count: room)
      }
      return fields.joined()
    }
    return ((record.map { [$0] } ?? []) + values.map(wrapped)).joined(separator: separator)
  }

  private func wrapped(_ value: String) -> String { quote.map { $0 + value + $0 } ?? value }

  private func value(_ content: Content, _ event: SampleEvent) -> String {
    switch content {
    case .column(let column): change(column, plain(column, event))
    case .time: times.writeTime?(event) ?? ""
    case .town: event.town
    case .weight: "\(event.minute % 9).\(event.second)"
    case .count: "1"
    case .orderDate: "01/08/2026"
    }
  }

  private func plain(_ column: Layout.Column, _ event: SampleEvent) -> String {
    switch column {
    case .account: event.account
    case .accountID: event.accountID
    case .parcel: event.parcel
    case .order: event.order
    case .code: event.code
    case .label: event.label
    case .date: times.write(event)
    case .site: event.site
    case .postcode: event.postcode
    case .country: event.country
    }
  }

  private func encoded(_ text: String) -> [UInt8] {
    func table(_ letters: [Unicode.Scalar: UInt8]) -> [UInt8] {
      text.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : letters[$0] ?? UInt8(ascii: "?") }
    }
    switch encoding {
    case .utf8: return Array(text.utf8)
    case .utf8Mark: return [0xef, 0xbb, 0xbf] + Array(text.utf8)
    case .windows1252: return text.unicodeScalars.map { UInt8(exactly: $0.value) ?? 0x92 }
    case .iso885915:
      return text.unicodeScalars.map { $0 == "œ" ? 0xbd : UInt8(exactly: $0.value) ?? 0x27 }
    case .cp850:
      return table([
        "é": 0x82, "è": 0x8a, "ê": 0x88, "à": 0x85, "ç": 0x87, "ô": 0x93, "î": 0x8c, "É": 0x90,
        "°": 0xf8,
      ])
    case .utf16: return [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    case .utf16Bare: return text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    }
  }

  /// Where a right layout takes a column from; nil: the file has none.
  func origin(of column: Layout.Column) -> GuessedColumn.Origin? {
    let contents = contents
    guard let index = contents.firstIndex(of: .column(column)) else { return nil }
    if let widths {
      // Only where it begins counts: a column may be taken wider than its values.
      let start = widths[..<index].reduce(1) { $0 + $1.width }
      return .columns([.span(.init(start: start, width: widths[index].width))])
    }
    var indexes = [index]
    if column == .date, let time = contents.firstIndex(of: .time) { indexes.append(time) }
    let shift = record == nil ? 1 : 2
    return .columns(
      indexes.map { index in
        names.map { .name($0[contents[index]] ?? "?") } ?? .number(index + shift)
      })
  }
}
