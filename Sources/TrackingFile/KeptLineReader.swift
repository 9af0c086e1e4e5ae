/// Reads kept lines of text files again. Each line is read as if it stood alone: an open quote does not affect
/// the lines after it.
///
/// ```swift
/// var reader = try KeptLineReader(layout: .colisPrive, header: header)
/// for batch in reader.read(lines) { use(batch) }
/// ```
public struct KeptLineReader: KeptRowReader, ~Copyable {
  private var delimited: DelimitedParser?
  private let fixedWidth: FixedWidthParser?
  private let layout: Layout
  private let header: [UInt8]

  /// - Parameter header: the header line of the file; of a fixed-width file empty.
  public init(layout: Layout, header: [UInt8]) throws(FileFailure) {
    self.layout = layout.ofRows
    self.header = header
    switch layout.format {
    case .fixedWidth(let spans):
      delimited = nil
      fixedWidth = FixedWidthParser(spans: spans, encoding: layout.encoding)
    case .headerless(let separator, let quote, let numbers):
      fixedWidth = nil
      delimited = DelimitedParser(
        separator: separator, quote: quote, columns: .numbered(numbers), layout: self.layout)
    case .delimited(let separator, let quote, let names):
      fixedWidth = nil
      var parser = DelimitedParser(
        separator: separator, quote: quote, columns: .named(names), layout: self.layout)
      let result = header.withUnsafeBytes { header -> Result<Void, FileFailure> in
        do throws(FileFailure) {
          try parser.readHeader(header, isKept: true)
          return .success(())
        } catch {
          return .failure(error)
        }
      }
      try result.get()
      delimited = consume parser
    }
    guard !layout.takesFromPath else {
      throw .notATrackingFile("its layout takes the account from a path that was not kept")
    }
  }

  public mutating func read(_ lines: [KeptRow]) -> [RecordBatch] {
    var batches: [RecordBatch] = []
    var run = 0..<0
    var size = 0
    for (index, line) in lines.enumerated() {
      if size + line.raw.count + Self.end.count > TextReader.batchSize {
        batches += read(lines[run])
        run = index..<index
        size = 0
      }
      run = run.lowerBound..<index + 1
      size += line.raw.count + Self.end.count
    }
    return batches + read(lines[run])
  }

  /// Reads lines that fit into one batch: together if the result is the same for each line, as that is faster;
  /// otherwise one by one.
  private mutating func read(_ lines: ArraySlice<KeptRow>) -> [RecordBatch] {
    guard !lines.isEmpty else { return [] }
    if var batch = parse(lines), batch.malformed.isEmpty, batch.number(by: lines) {
      return [batch]
    }
    return lines.compactMap { line in
      var batch = parse([line])
      guard batch?.number(by: [line]) == true else {
        return .rejecting(line, encoding: layout.encoding, header: header)
      }
      return batch
    }
  }

  private static let end = [lineFeed]

  private mutating func parse(_ lines: ArraySlice<KeptRow>) -> RecordBatch? {
    let size = lines.reduce(0) { $0 + $1.raw.count + Self.end.count }
    let buffer = LineBuffer(capacity: RecordBuilder.room(for: size, layout))
    var end = 0
    for line in lines {
      line.raw.withUnsafeBytes { raw in
        guard let start = raw.baseAddress else { return }
        (buffer.start + end).copyMemory(from: start, byteCount: raw.count)
      }
      end += line.raw.count
      for byte in Self.end {
        buffer.start.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end += 1
      }
    }
    var sink = LineSink(layout: layout, buffer: buffer.start)
    sink.builder.header = header
    sink.begin(buffer.start, length: size)
    if delimited != nil {
      if delimited?.isHeaderless == true {
        let rows = UnsafeRawBufferPointer(start: buffer.start, count: size)
        if let count = delimited?.fieldCount(of: rows, isWhole: true) {
          delimited?.readFieldCount(count)
        }
      }
      _ = delimited?.parse(buffer.start, length: size, isFinal: true, into: &sink)
    } else {
      _ = fixedWidth?.parse(buffer.start, length: size, into: &sink)
    }
    return sink.builder.rows == 0 ? nil : sink.builder.finish(buffer)
  }
}

extension RecordBatch {
  /// Gives each record and malformed line the number of the kept line that it came from.
  /// - Returns: false if there is not exactly one for each line.
  fileprivate mutating func number(by lines: ArraySlice<KeptRow>) -> Bool {
    guard rows == lines.count else { return false }
    var record = 0
    var bad = 0
    // The number by which the parser has counted the line.
    var place = 1
    for line in lines {
      if record < records.count, records[record].line == place {
        // Earlier versions kept the carriage return of a line.
        let ends = line.raw.reversed().prefix { $0 == carriageReturn }.count
        guard Int(records[record].raw.count) == line.raw.count - ends else { return false }
        records[record].line = line.line
        record += 1
      } else if bad < malformed.count, malformed[bad].line == place {
        malformed[bad].line = line.line
        bad += 1
      } else {
        return false
      }
      place += 1 + line.raw.count { $0 == lineFeed }
    }
    return true
  }

  /// A batch of one malformed line, for a kept line that does not give exactly one record.
  fileprivate static func rejecting(
    _ line: KeptRow, encoding: TextEncoding, header: [UInt8]
  ) -> Self {
    var batch = RecordBatch(
      BatchBytes(buffer: LineBuffer(capacity: 64), length: 0), records: [], accounts: [],
      encoding: encoding, header: header)
    batch.malformed = [
      MalformedLine(
        line: line.line, reason: .fieldCount,
        raw: Array(line.raw.prefix(MalformedLine.longestRaw)))
    ]
    return batch
  }
}
