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

  /// Where the bytes of the lines went.
  var sum = ByteSum()
  /// Finds headers among the lines that are no rows; nil: none is looked for.
  var headers: HeaderFinder?
  /// Whether the line that the parser stopped at is a header of its own.
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

  /// Adds a line if it is as most are.
  /// - Parameters:
  ///   - size: how many bytes the line has, its end included.
  ///   - field: the place of a column, blanks around it included.
  /// - Returns: false when `add` has to look at the line.
  @inline(__always)
  mutating func addUsual(
    raw: ByteRange, size: Int, lineFeeds: Int, field: (_ column: Int) -> ByteRange
  ) -> Bool {
    guard builder.addUsual(raw: raw, field: field) else { return false }
    count(lineFeeds, size)
    return true
  }

  /// Adds a line whose columns are where `field` says, blanks around them included.
  /// - Returns: false when it is a header that holds from here on, which is to be learnt first.
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

  /// Keeps a line as malformed if it is no header and no `sep=` line.
  /// - Returns: false when it is a header that holds from here on.
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

  /// Passes over a line that holds nothing.
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
  /// - Parameter separator: what stands between marker and count; nil: the count follows at once.
  @inline(__always)
  mutating func isTrailer(_ raw: ByteRange, size: Int, separator: UInt8?) -> Bool {
    guard trailerMarker != nil, let count = trailerCount(raw, separator) else { return false }
    trailer = .seen(count: count)
    builder.line += 1
    sum.closingLines += size
    return true
  }

  /// The count of a line that is a trailer.
  /// - Returns: nil when it is none; within, nil when its count can't be read.
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
