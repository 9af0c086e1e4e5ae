import Carrier
import TestSupport
import TrackingFile

/// One record with its texts decoded, to compare readings with.
struct Row: Hashable {
  var line: Int
  var account: String
  var parcel: String
  var time: EventTime
  var order: String?
  var code: String?
  var label: String?
  var date: String?
  var site: String?
  var postcode: String?
  var country: String?
  var raw: [UInt8]

  init(_ record: TrackingRecord, in batch: RecordBatch) {
    line = record.line
    account = batch.account(of: record).description
    parcel = record.parcel.description
    time = record.time
    order = batch.text(record.order)
    code = batch.text(record.code)
    label = batch.text(record.label)
    date = batch.text(record.date)
    site = batch.text(record.site)
    postcode = batch.text(record.postcode)
    country = batch.text(record.country)
    raw = batch.bytes(record.raw)
  }
}

/// One malformed line, to compare readings with.
struct BadLine: Hashable {
  var line: Int
  var reason: MalformedLine.Reason
  var raw: [UInt8]

  init(line: Int, reason: MalformedLine.Reason, raw: [UInt8]) {
    self.line = line
    self.reason = reason
    self.raw = raw
  }

  init(_ line: MalformedLine) { self.init(line: line.line, reason: line.reason, raw: line.raw) }
}

/// All that came out of reading one file.
struct Reading: Equatable {
  var rows: [Row] = []
  var malformed: [BadLine] = []
  var failure: FileFailure?
  /// Data lines of each batch.
  var batches: [Int] = []

  var reasons: [MalformedLine.Reason] { malformed.map(\.reason) }

  /// Reads a file that comes in chunks of one size.
  /// - Parameter firstChunk: where the first cut is, if elsewhere.
  init(
    _ bytes: [UInt8], _ layout: Layout = .colisPrive, chunkSize: Int = .max, firstChunk: Int? = nil
  ) {
    var reader = TrackingFileReader(layout: layout)
    do throws(FileFailure) {
      var start = 0
      var size = firstChunk ?? chunkSize
      while start < bytes.count {
        let end = start + min(size, bytes.count - start)
        reader.supply(Array(bytes[start..<end]))
        while case .batch(let batch) = try reader.next() { add(batch) }
        start = end
        size = chunkSize
      }
      reader.finish()
      while case .batch(let batch) = try reader.next() { add(batch) }
    } catch {
      failure = error
    }
  }

  init(_ text: String, _ layout: Layout = .colisPrive) { self.init(Array(text.utf8), layout) }

  private mutating func add(_ batch: RecordBatch) {
    rows += batch.records.map { Row($0, in: batch) }
    malformed += batch.malformed.map { BadLine($0) }
    batches.append(batch.rows)
  }
}

/// Lines of the built-in layout.
enum Sample {
  static let header =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country\n"

  /// A line without its line feed.
  static func row(
    account: String = "E1", accountID: String = "EM180619", parcel: String = "991122334455",
    order: String = "CMD-1042", code: String = "LIV", label: String = "Livre",
    date: String = "28/08/2026 11:42:10", site: String = "75A", postcode: String = "75012",
    country: String = "FR"
  ) -> String {
    [account, accountID, parcel, order, code, label, date, site, postcode, country]
      .joined(separator: ";")
  }

  /// A file of the lines given, each with a line feed.
  static func file(_ lines: [String]) -> String {
    header + lines.map { $0 + "\n" }.joined()
  }

  /// The built-in layout with changes.
  static func layout(
    quote: UInt8? = UInt8(ascii: "\""), encoding: TextEncoding = .auto,
    clock: WallClock = .paris, timeFormats: [TimeFormat] = [.auto], trailer: String? = nil
  ) throws -> Layout {
    guard case .delimited(let separator, _, let names) = Layout.colisPrive.format else {
      throw TestSupportError("the built-in layout is not delimited")
    }
    return try Layout(
      name: "sample", version: "1",
      format: .delimited(separator: separator, quote: quote, names: names),
      options: .init(
        encoding: encoding, clock: clock, timeFormats: timeFormats,
        trailer: trailer.map { Layout.Trailer(marker: $0) }))
  }
}

/// Packs bytes as the program gzip does.
func gzipped(_ bytes: [UInt8]) async throws -> [UInt8] {
  let result = try await run("/usr/bin/gzip", arguments: ["-c", "-n"], input: bytes)
  guard result.status == 0 else { throw TestSupportError("gzip: \(result.standardError)") }
  return result.rawOutput
}
