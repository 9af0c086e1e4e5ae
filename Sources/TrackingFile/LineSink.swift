/// Takes the lines of a file from a parser: it counts them, looks for the trailer, and builds records.
struct LineSink: ~Copyable {
  var builder: RecordBuilder
  private let trailerMarker: [UInt8]?
  private var bytes: UnsafeMutableRawPointer
  /// The fields of a line in the order of the layout's columns.
  private let columns: RecordBuilder.Fields
  private(set) var trailer: TrailerState = .none

  enum TrailerState: Equatable {
    case none
    /// The last line so far was a trailer with this count; nil: its count can't be read.
    case seen(count: Int?)
  }

  /// What became of the bytes of the lines.
  var sum = ByteSum()
  /// Finds further headers; nil if the format has none.
  var headers: HeaderFinder?
  /// Whether the parser has stopped at a further header.
  var isAtHeader = false

  /// Data lines of the batches before this one.
  private var rowsBefore = 0
  /// Data lines so far: records and malformed ones.
  var rows: Int { rowsBefore + builder.rows }

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
    builder.forgetRows()
    rowsBefore = 0
    trailer = .none
    sum = ByteSum()
    isAtHeader = false
  }

  /// Begins a batch: the buffer's first `length` bytes are lines.
  mutating func begin(_ buffer: UnsafeMutableRawPointer, length: Int) {
    bytes = buffer
    rowsBefore += builder.rows
    builder.begin(buffer, length: length)
  }

  /// The fast path for most lines.
  /// - Parameters:
  ///   - size: how many bytes the line has, with its line end.
  ///   - field: gives the place of a column, with blanks around it.
  /// - Returns: false if the line needs `add`.
  @inline(__always)
  mutating func addUsual(
    raw: ByteRange, size: Int, lineFeeds: Int, field: (_ column: Int) -> ByteRange
  ) -> Bool {
    guard builder.addUsual(raw: raw, field: field) else { return false }
    count(lineFeeds, size)
    return true
  }

  /// Adds a line; `field` gives the place of each column, with blanks around it.
  /// - Returns: false if it is a header for the lines after it, so that the parser has to learn it first.
  @inline(__always)
  mutating func add(
    raw: ByteRange, size: Int, lineFeeds: Int, field: (_ column: Int) -> ByteRange
  ) -> Bool {
    for column in 0..<RecordBuilder.Slot.count {
      columns[column] = Blanks.trimmed(bytes, field(column).offsets, builder.encoding)
    }
    return add(raw: raw, size: size, lineFeeds: lineFeeds) { _ in nil }
  }

  /// Adds a line; `fill` sets its trimmed columns, or says why it can't.
  @discardableResult
  mutating func add(
    raw: ByteRange, size: Int, lineFeeds: Int = 1,
    fill: (RecordBuilder.Fields) -> MalformedLine.Reason?
  ) -> Bool {
    if let reason = fill(columns) ?? builder.add(columns, raw: raw) {
      return rejectUnlessHeader(reason, raw, size: size, lineFeeds: lineFeeds)
    }
    count(lineFeeds, size)
    return true
  }

  /// Keeps a line as malformed.
  mutating func reject(
    _ reason: MalformedLine.Reason, _ raw: ByteRange, size: Int, lineFeeds: Int = 1
  ) {
    builder.reject(reason, raw)
    count(lineFeeds, size)
  }

  /// Keeps a line as malformed, unless it is a header or a `sep=` line.
  /// - Returns: false if it is a header for the lines after it.
  mutating func rejectUnlessHeader(
    _ reason: MalformedLine.Reason, _ raw: ByteRange, size: Int, lineFeeds: Int = 1
  ) -> Bool {
    let line = UnsafeRawBufferPointer(start: bytes + Int(raw.start), count: Int(raw.count))
    let finding = lineFeeds == 1 ? headers?.find(line) ?? .none : .none
    switch finding {
    case .none:
      reject(reason, raw, size: size, lineFeeds: lineFeeds)
    case .separatorLine:
      builder.line += 1
      sum.skipped += size
    case .sameHeader:
      builder.line += 1
      sum.headers += size
      trailer = .none
    case .otherHeader:
      isAtHeader = true
      trailer = .none
      return false
    }
    return true
  }

  /// Skips a line without a row.
  mutating func skip(_ line: Blanks.Line, size: Int) {
    builder.line += 1
    switch line {
    case .blank: sum.blankLines += size
    case .endMark: sum.skipped += size
    }
  }

  @inline(__always)
  private mutating func count(_ lineFeeds: Int, _ size: Int) {
    builder.line += lineFeeds
    trailer = .none
    sum.rows += size
  }

  /// Takes a line that is the layout's trailer.
  /// - Parameter separator: the byte between marker and count; nil: there is none.
  @inline(__always)
  mutating func isTrailer(_ raw: ByteRange, size: Int, separator: UInt8?) -> Bool {
    guard trailerMarker != nil, let count = trailerCount(raw, separator) else { return false }
    trailer = .seen(count: count)
    builder.line += 1
    sum.closingLines += size
    return true
  }

  /// The count of a line that is a trailer.
  /// - Returns: nil if it is no trailer; `.some(nil)` if its count can't be read.
  func trailerCount(_ raw: ByteRange, _ separator: UInt8?) -> Int?? {
    guard let marker = trailerMarker else { return nil }
    let line = UnsafeRawBufferPointer(start: bytes + Int(raw.start), count: Int(raw.count))
    guard line.starts(with: marker) else { return nil }
    var rest = line.dropFirst(marker.count)
    if let separator {
      guard rest.first == nil || rest.first == separator else { return nil }
      rest = rest.dropFirst().prefix { $0 != separator }
    }
    let digits = rest.filter { !$0.isBlank }
    return .some(Int(String(decoding: digits, as: UTF8.self)))
  }
}
