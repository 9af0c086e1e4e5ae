import Carrier
import TestSupport
import Testing
import TrackingFile

/// The fast reader against the plain one, on files made by chance.
struct RandomFileTests {
  /// The columns that hold any text; the needed ones are well formed, until a stray quote shifts them.
  private static let texts = [3, 4, 5, 7]

  private static func text(_ random: inout SeededGenerator) -> [UInt8] {
    let alphabets: [[UInt8]] = [
      Array("abc;\"\"\n\r \t".utf8), Array("\"\"\";\n".utf8), Array(0x01...0xff),
      Array("abcdefgh".utf8), Array("x;\"\u{0}\r".utf8),
    ]
    // An alphabet drawn once a field gives fields of all kinds, long and short.
    let alphabet = alphabets[Int.random(in: 0..<alphabets.count, using: &random)]
    let length = [0, 1, 2, 5, 20, 100][Int.random(in: 0..<6, using: &random)]
    return (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
  }

  private static func field(_ random: inout SeededGenerator) -> [UInt8] {
    let text = text(&random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return text
    case 1: return [0x20, 0x22] + text + [0x22]
    case 2: return text.filter { $0 != 0x22 && $0 != 0x3b && $0 != 0x0a }
    default: return [0x22] + text.flatMap { $0 == 0x22 ? [$0, $0] : [$0] } + [0x22, 0x20]
    }
  }

  private static func file(seed: UInt64, rows: Int) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var bytes = Array(Sample.header.utf8)
    for _ in 0..<rows {
      var fields = Sample.row().split(separator: ";").map { Array($0.utf8) }
      for column in texts { fields[column] = field(&random) }
      if Int.random(in: 0..<30, using: &random) == 0 { fields.removeLast() }
      bytes += Array(fields.joined(separator: [0x3b]))
      bytes += Bool.random(using: &random) ? [0x0a] : [0x0d, 0x0a]
    }
    if Bool.random(using: &random) { bytes.removeLast() }
    return bytes
  }

  /// What the fast reader makes of a file, in the order of its lines.
  private static func fastLines(_ bytes: [UInt8], chunkSize: Int) throws -> [ReferenceReader.Line] {
    var lines: [(Int, ReferenceReader.Line)] = []
    var reader = TrackingFileReader(layout: .colisPrive)
    func take(_ batch: RecordBatch) {
      for record in batch.records {
        let texts = [record.order, record.code, record.label, record.site]
        lines.append(
          (
            record.line,
            .record(line: record.line, fields: texts.map { batch.bytes($0) })
          ))
      }
      for line in batch.malformed {
        lines.append((line.line, .malformed(line: line.line, reason: line.reason)))
      }
    }
    var start = 0
    while start < bytes.count {
      let end = min(start + chunkSize, bytes.count)
      reader.supply(Array(bytes[start..<end]))
      while case .batch(let batch) = try reader.next() { take(batch) }
      start = end
    }
    reader.finish()
    while case .batch(let batch) = try reader.next() { take(batch) }
    return lines.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The plain reader's lines with the rules for the needed columns, which stray quotes may shift.
  private static func plainLines(_ bytes: [UInt8]) -> [ReferenceReader.Line] {
    var reader = ReferenceReader(bytes)
    let good = Sample.row().split(separator: ";").map { Array($0.utf8) }
    return reader.read(fieldCount: good.count).map { line in
      guard case .record(let number, let fields) = line else { return line }
      func bad(_ reason: MalformedLine.Reason) -> ReferenceReader.Line {
        .malformed(line: number, reason: reason)
      }
      func text(_ column: Int) -> String {
        String(decoding: fields[column], as: UTF8.self).filter { $0 != " " && $0 != "\t" }
      }
      if fields[0].isEmpty || fields[1].isEmpty { return bad(.accountMissing) }
      let isPair = fields[0].withUnsafeBytes { account in
        fields[1].withUnsafeBytes { AccountPair(account: account, accountID: $0) != nil }
      }
      guard isPair else { return bad(.accountMalformed) }
      if fields[2].isEmpty { return bad(.parcelMissing) }
      guard TrackingKey(text(2)) != nil else { return bad(.parcelMalformed) }
      guard fields[6].isEmpty || fields[6] == good[6] else { return bad(.dateMalformed) }
      return .record(line: number, fields: texts.map { fields[$0] })
    }
  }

  @Test(arguments: 1...40)
  func bothReadersAgreeOnEveryLine(seed: Int) throws {
    let bytes = Self.file(seed: UInt64(seed), rows: 25)
    let plain = Self.plainLines(bytes)
    for chunkSize in [Int.max >> 1, 57] {
      let fast = try Self.fastLines(bytes, chunkSize: chunkSize)
      let difference = zip(fast, plain).first { $0 != $1 }
      #expect(fast.count == plain.count && difference == nil, "\(String(describing: difference))")
    }
  }

  @Test
  func bothReadersAgreeOnAFileOfSeveralBatches() throws {
    let bytes = Self.file(seed: 1_001, rows: 5_000)
    #expect(bytes.count > 2 * TrackingFileReader.batchSize)
    let plain = Self.plainLines(bytes)
    let fast = try Self.fastLines(bytes, chunkSize: 10_007)
    let difference = zip(fast, plain).first { $0 != $1 }
    #expect(fast.count == plain.count && difference == nil, "\(String(describing: difference))")
  }
}
