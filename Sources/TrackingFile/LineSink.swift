/// Where a parser puts the lines of a file: counts them, watches for the trailer, builds records.
struct LineSink: ~Copyable {
  var builder: RecordBuilder
  private let trailerMarker: [UInt8]?
  private var bytes: UnsafeMutableRawPointer
  /// The fields of a line in the order of the layout's columns.
  private let columns: RecordBuilder.Fields
  private(set) var trailer: TrailerState = .none

  enum TrailerState: Equatable {
    case none
    /// The last line so far was a trailer with this count (nil: it has none that can be read).
    case seen(count: Int?)
  }

  /// Data lines so far: records and malformed ones.
  private(set) var rows = 0

  init(layout: Layout, buffer: UnsafeMutableRawPointer) {
    builder = RecordBuilder(layout: layout, buffer: buffer)
    trailerMarker = layout.trailer.map { Array($0.marker.utf8) }
    bytes = buffer
    columns = .allocate(capacity: RecordBuilder.Slot.count)
    columns.initialize(repeating: .empty)
  }

  deinit { columns.deallocate() }

  /// Begins another file.
  mutating func restart() {
    builder.line = 1
    rows = 0
    trailer = .none
  }

  /// Begins a batch: the buffer's first `length` bytes are lines.
  mutating func begin(_ buffer: UnsafeMutableRawPointer, length: Int) {
    bytes = buffer
    builder.begin(buffer, length: length)
  }

  /// Adds a line whose columns are where `field` says, blanks around them included.
  @inline(__always)
  mutating func add(raw: ByteRange, lineFeeds: Int = 1, field: (_ column: Int) -> ByteRange) {
    if builder.addUsual(raw: raw, field: field) {
      count(lineFeeds)
    } else {
      for column in 0..<RecordBuilder.Slot.count {
        let range = field(column).offsets
        columns[column] = trimmed(bytes, range.lowerBound, range.upperBound)
      }
      add(raw: raw, lineFeeds: lineFeeds) { _ in nil }
    }
  }

  /// Adds a line; `fill` sets its trimmed columns, or says why it can't.
  mutating func add(
    raw: ByteRange, lineFeeds: Int = 1,
    fill: (RecordBuilder.Fields) -> MalformedLine.Reason?
  ) {
    if let reason = fill(columns) {
      builder.reject(reason, raw)
    } else {
      builder.add(columns, raw: raw)
    }
    count(lineFeeds)
  }

  mutating func reject(_ reason: MalformedLine.Reason, _ raw: ByteRange, lineFeeds: Int = 1) {
    builder.reject(reason, raw)
    count(lineFeeds)
  }

  mutating func skipBlankLine() { builder.line += 1 }

  @inline(__always)
  private mutating func count(_ lineFeeds: Int) {
    builder.line += lineFeeds
    rows += 1
    trailer = .none
  }

  /// Takes a line that is the layout's trailer.
  /// - Parameter separator: what stands between marker and count; nil: the count follows at once.
  @inline(__always)
  mutating func isTrailer(_ raw: ByteRange, separator: UInt8?) -> Bool {
    guard let trailerMarker else { return false }
    return readTrailer(trailerMarker, raw, separator)
  }

  private mutating func readTrailer(
    _ marker: [UInt8], _ raw: ByteRange, _ separator: UInt8?
  ) -> Bool {
    let line = UnsafeRawBufferPointer(start: bytes + Int(raw.start), count: Int(raw.count))
    guard line.starts(with: marker) else { return false }
    var rest = line.dropFirst(marker.count)
    if let separator {
      guard rest.first == nil || rest.first == separator else { return false }
      rest = rest.dropFirst().prefix { $0 != separator }
    }
    let digits = rest.filter { !$0.isBlank }
    trailer = .seen(count: Int(String(decoding: digits, as: UTF8.self)))
    builder.line += 1
    return true
  }
}
