import Carrier

/// Takes the lines of a file from a parser: it counts them, looks for the trailer, and builds records.
struct LineSink: ~Copyable {
  var builder: RecordBuilder
  private let trailerMarker: [UInt8]?
  /// Lines that begin so are no rows.
  private let skipped: [[UInt8]]
  /// Whether a line may be a trailer or one to skip.
  let hasMarkers: Bool
  private var bytes: UnsafeMutableRawPointer
  /// The fields of a line in the order of the layout's columns.
  private let columns: RecordBuilder.Fields
  private(set) var trailer: TrailerState = .none

  enum TrailerState: Equatable {
    case none
    /// The last line so far was a trailer with this count.
    case seen(count: Int)
    /// It was one that has no count.
    case seenAlone
    /// It was one whose count can't be read.
    case unreadable
  }

  /// What became of the bytes of the lines.
  var sum = ByteSum()
  /// Lines that were skipped as the layout says, titles before the header included.
  var skippedLines = 0
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
    let encoding = layout.encoding.ofLines
    trailerMarker = layout.trailer.map { encoding.encode($0.marker) ?? Array($0.marker.utf8) }
    // With `auto` a file may be of either encoding, and a file of UTF-16 was turned into UTF-8.
    let encodings = Set([encoding, .auto, encoding == .auto ? .windows1252 : encoding])
    skipped = layout.skip.flatMap { prefix in Set(encodings.compactMap { $0.encode(prefix) }) }
    hasMarkers = trailerMarker != nil || !skipped.isEmpty
    bytes = buffer
    columns = .allocate(capacity: RecordBuilder.Slot.count)
    columns.initialize(repeating: .empty)
  }

  deinit {
    columns.deallocate()
    builder.given.deallocate()
  }

  /// Begins another file.
  mutating func restart() {
    builder.line = 1
    builder.forgetRows()
    rowsBefore = 0
    trailer = .none
    sum = ByteSum()
    skippedLines = 0
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
    return add(raw: raw, size: size, lineFeeds: lineFeeds) { _, _ in nil }
  }

  /// Adds a line; `fill` sets its trimmed columns, or says why it can't.
  @discardableResult
  mutating func add(
    raw: ByteRange, size: Int, lineFeeds: Int = 1,
    fill: (inout RecordBuilder, RecordBuilder.Fields) -> MalformedLine.Reason?
  ) -> Bool {
    if let reason = fill(&builder, columns) ?? builder.add(columns, raw: raw) {
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

  /// Takes a line that is the layout's trailer, or one to skip.
  /// - Parameter separator: the byte between marker and count; nil: there is none.
  @inline(__always)
  mutating func isNoRow(_ raw: ByteRange, size: Int, separator: UInt8?) -> Bool {
    hasMarkers && (isTrailer(raw, size: size, separator: separator) || isSkipped(raw, size: size))
  }

  private mutating func isTrailer(_ raw: ByteRange, size: Int, separator: UInt8?) -> Bool {
    guard let trailer = trailer(raw, separator) else { return false }
    self.trailer = trailer
    builder.line += 1
    sum.closingLines += size
    return true
  }

  /// Takes a line that begins with one of the layout's prefixes of lines to skip.
  mutating func isSkipped(_ raw: ByteRange, size: Int) -> Bool {
    guard !skipped.isEmpty, begins(line(raw), withOneOf: skipped) else { return false }
    builder.line += 1
    sum.skipped += size
    skippedLines += 1
    return true
  }

  /// Whether a line before the first row is to be skipped.
  func isSkipped(_ line: UnsafeRawBufferPointer) -> Bool { begins(line, withOneOf: skipped) }

  private func begins(_ line: UnsafeRawBufferPointer, withOneOf prefixes: [[UInt8]]) -> Bool {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let start = line.starts(with: mark) ? line.dropFirst(mark.count) : line[...]
    return prefixes.contains { start.starts(with: $0) }
  }

  private func line(_ raw: ByteRange) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes + Int(raw.start), count: Int(raw.count))
  }

  /// - Returns: nil if a line is no trailer.
  func trailer(_ raw: ByteRange, _ separator: UInt8?) -> TrailerState? {
    trailer(line(raw), separator)
  }

  func trailer(_ line: UnsafeRawBufferPointer, _ separator: UInt8?) -> TrailerState? {
    guard let marker = trailerMarker else { return nil }
    guard line.starts(with: marker) else { return nil }
    let rest = line.dropFirst(marker.count)
    guard let separator else {
      // Without a separator a row may begin like the marker, but it does not go on with a number alone.
      let count = rest.filter { !$0.isBlank }
      if count.isEmpty { return .seenAlone }
      guard count.allSatisfy(\.isASCIIDigit) else { return nil }
      return Int(String(decoding: count, as: UTF8.self)).map { .seen(count: $0) } ?? .unreadable
    }
    guard rest.allSatisfy(\.isBlank) || rest.first == separator || marker.last == separator else {
      return nil
    }
    if rest.allSatisfy({ $0.isBlank || $0 == separator }) { return .seenAlone }
    let field = (rest.first == separator ? rest.dropFirst() : rest).prefix { $0 != separator }
    let count = String(decoding: field.filter { !$0.isBlank }, as: UTF8.self)
    return Int(count).map { .seen(count: $0) } ?? .unreadable
  }
}
