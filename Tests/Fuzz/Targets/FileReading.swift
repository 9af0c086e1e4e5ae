import Carrier
import TrackingFile

/// What came out of one reading of a file, to compare readings with.
struct FileReading {
  struct Line: Equatable {
    var number: Int
    /// Nil: a record.
    var reason: MalformedLine.Reason?
    var raw: [UInt8]
    var parcel: ParcelNumber?
    var time: EventTime?
    var texts: [String?] = []
    /// By which it was read.
    var header: [UInt8] = []
    var encoding = TextEncoding.auto
  }

  private(set) var lines: [Line] = []
  private(set) var rows = 0
  private(set) var failure: FileFailure?
  /// What a batch had that no batch may have.
  private(set) var fault: String?

  /// Reads a file that comes in one piece.
  init(_ file: [UInt8], _ reader: inout TrackingFileReader, leavingCutLine: Bool = false) {
    do throws(FileFailure) {
      reader.supply(file)
      while case .batch(let batch) = try reader.next() { add(batch) }
      reader.finish(leavingCutLine ? .mayBeCut : .whole)
      while case .batch(let batch) = try reader.next() { add(batch) }
    } catch {
      failure = error
    }
  }

  /// Reads a file that comes in pieces.
  init(inPieces pieces: some Sequence<ArraySlice<UInt8>>, _ reader: inout TrackingFileReader) {
    do throws(FileFailure) {
      for piece in pieces {
        reader.supply(Array(piece))
        while case .batch(let batch) = try reader.next() { add(batch) }
      }
      reader.finish()
      while case .batch(let batch) = try reader.next() { add(batch) }
    } catch {
      failure = error
    }
  }

  /// Reads lines that were kept.
  init(kept lines: [KeptRow], _ layout: Layout, header: [UInt8]) {
    do throws(FileFailure) {
      var reader = try KeptLineReader(layout: layout, header: header)
      for batch in reader.read(lines) { add(batch) }
    } catch {
      failure = error
    }
  }

  private mutating func add(_ batch: RecordBatch) {
    rows += batch.rows
    var found: [Line] = []
    let size = batch.withBytes { $0.count }
    for record in batch.records {
      let fields = [
        record.order, record.code, record.label, record.date, record.site, record.postcode,
        record.country,
      ]
      for range in fields + [record.raw] where range.offsets.upperBound > size {
        fault = "line \(record.line) points outside of its batch: \(range)"
        return
      }
      if let long = fields.first(where: { $0.count > Layout.longestField }) {
        fault = "line \(record.line) has a text of \(long.count) bytes"
      }
      guard record.account < batch.accounts.count else {
        fault = "line \(record.line) has no account"
        return
      }
      found.append(
        Line(
          number: record.line, raw: batch.bytes(record.raw), parcel: record.parcel,
          time: record.time,
          texts: [batch.account(of: record).description] + fields.map { batch.text($0) },
          header: batch.header, encoding: batch.encoding))
    }
    for line in batch.malformed {
      if line.raw.count > MalformedLine.longestRaw { fault = "line \(line.line) is kept whole" }
      found.append(Line(number: line.line, reason: line.reason, raw: line.raw))
    }
    // Records and malformed lines come apart.
    lines += found.sorted { $0.number < $1.number }
  }

  /// Whether each byte of a file that was read belongs to something.
  func checkBytes(of file: [UInt8], _ sum: ByteSum) throws(BrokenPromise) {
    guard failure == nil else { return }
    try promise(
      sum.accountedFor == sum.all,
      "\(sum.all) bytes came, but \(sum.accountedFor) are accounted for: \(sum)")
    let marks: [[UInt8]] = [[0x1f, 0x8b], [0xfe, 0xff], [0xff, 0xfe]]
    // UTF-16 without a mark has zero bytes there.
    guard !marks.contains(where: { file.starts(with: $0) }), !file.prefix(4).contains(0) else {
      return
    }
    try promise(sum.all == file.count, "\(sum.all) bytes of \(file.count) came")
  }

  /// Whether each line is there once, in order, and is one that the file has.
  func checkLines(of file: [UInt8]) throws(BrokenPromise) {
    for (line, next) in zip(lines, lines.dropFirst()) {
      try promise(line.number < next.number, "line \(next.number) comes after \(line.number)")
    }
    if let first = lines.first { try promise(first.number >= 1, "line \(first.number)") }
    // What a packed file holds is not seen here.
    guard let last = lines.last, !file.starts(with: [0x1f, 0x8b]) else { return }
    let count = file.count { $0 == 0x0a || $0 == 0x0d } + 1
    try promise(last.number <= count, "line \(last.number) of \(count)")
  }
}
