import Foundation
import TestSupport
import Testing
import TrackingFile

/// Kept lines are read again as if each stood alone in its file.
struct KeptLineTests {
  /// What one line came to.
  private enum Outcome: Equatable {
    case record(Row)
    case malformed(BadLine)

    var line: Int {
      switch self {
      case .record(let row): row.line
      case .malformed(let bad): bad.line
      }
    }
  }

  /// How a kept line and its file are laid out.
  private struct Form {
    var layout: Layout
    /// The header line; of a fixed-width file empty.
    var header: [UInt8]
    /// The same layout without anything that closes a file.
    var plain: Layout

    func outcomes(_ lines: [KeptRow]) throws -> (outcomes: [Outcome], batches: [RecordBatch]) {
      var reader = try KeptLineReader(layout: layout, header: header)
      let batches = reader.read(lines)
      let outcomes = batches.flatMap { batch in
        (batch.records.map { Outcome.record(Row($0, in: batch)) }
          + batch.malformed.map { Outcome.malformed(BadLine($0)) }).sorted { $0.line < $1.line }
      }
      return (outcomes, batches)
    }

    /// What the line is when it stands alone in a file; what is no line then is malformed.
    func alone(_ line: KeptRow) -> Outcome {
      let reading = Reading(header + [0x0a] + line.raw + [0x0d, 0x0a], plain)
      if reading.rows.count == 1, reading.malformed.isEmpty, var row = reading.rows.first,
        row.line == 2, row.raw == line.raw
      {
        row.line = line.line
        return .record(row)
      }
      if reading.rows.isEmpty, reading.malformed.count == 1, var bad = reading.malformed.first,
        bad.line == 2
      {
        bad.line = line.line
        return .malformed(bad)
      }
      let raw = Array(line.raw.prefix(MalformedLine.longestRaw))
      return .malformed(BadLine(line: line.line, reason: .fieldCount, raw: raw))
    }
  }

  private static func delimited(
    _ encoding: TextEncoding = .auto, quote: UInt8? = 0x22
  ) throws -> Form {
    Form(
      layout: try Sample.layout(quote: quote, encoding: encoding, trailer: "FIN"),
      header: Array(Sample.header.utf8.dropLast()),
      plain: try Sample.layout(quote: quote, encoding: encoding))
  }

  private static func fixedWidth(_ encoding: TextEncoding) throws -> Form {
    func layout(_ trailer: Layout.Trailer?) throws -> Layout {
      try Layout(
        name: "fixed", version: "1",
        format: .fixedWidth(spans: [
          .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 8)],
          .parcel: [.init(start: 11, width: 12)], .code: [.init(start: 23, width: 3)],
          .date: [.init(start: 26, width: 19)], .label: [.init(start: 45, width: 20)],
        ]), options: .init(encoding: encoding, trailer: trailer))
    }
    return Form(
      layout: try layout(.init(marker: "FIN")), header: [], plain: try layout(nil))
  }

  private static func forms() throws -> [Form] {
    try TextEncoding.allCases.flatMap { try [delimited($0), fixedWidth($0)] }
      + [delimited(quote: nil)]
  }

  // MARK: Lines made by chance

  /// A text with what confuses readers.
  private static func text(_ random: inout SeededGenerator) -> [UInt8] {
    let alphabets: [[UInt8]] = [
      Array("abcdefgh ".utf8), Array("ab;\"\"\n\r\t".utf8), Array("\"\";\n".utf8),
      Array("é€ü".utf8), [0xe9, 0x80, 0x9d, 0xff, 0x61], [0x78, 0x00, 0x22, 0x0a],
    ]
    let alphabet = alphabets.randomElement(using: &random) ?? []
    let length = [0, 1, 2, 5, 20, 20, 2_100].randomElement(using: &random) ?? 0
    return (0..<length).compactMap { _ in alphabet.randomElement(using: &random) }
  }

  private static func field(_ random: inout SeededGenerator) -> [UInt8] {
    let text = text(&random)
    return switch Int.random(in: 0..<8, using: &random) {
    case 0: text
    // Opened, and closed by nobody.
    case 1: [0x22] + text.filter { $0 != 0x22 }
    case 2, 3: text.filter { ![0x0a, 0x22, 0x3b].contains($0) }
    default: [0x22] + text.flatMap { $0 == 0x22 ? [$0, $0] : [$0] } + [0x22]
    }
  }

  private static func line(_ form: Form, _ random: inout SeededGenerator) -> [UInt8] {
    var line: [UInt8]
    if form.header.isEmpty {
      line = Array("E1EM180619991122334455LIV28/08/2026 11:42:10".utf8)
      line += text(&random).filter { $0 != 0x0a }
    } else {
      var fields = Sample.row().split(separator: ";").map { Array($0.utf8) }
      for column in [3, 4, 5, 7] where Int.random(in: 0..<3, using: &random) == 0 {
        fields[column] = field(&random)
      }
      if Int.random(in: 0..<12, using: &random) == 0 { fields.removeLast() }
      line = Array(fields.joined(separator: [0x3b]))
    }
    switch Int.random(in: 0..<40, using: &random) {
    case 0: line = Array("FIN".utf8)
    case 1: line = Array("FIN;12".utf8)
    case 2: line = Array("FIN".utf8) + line
    case 3: line = []
    case 4: line = Array(" \t".utf8)
    case 5: line += Array(repeating: 0x78, count: Layout.longestLine)
    case 6: line = Array(line.prefix(Int.random(in: 0...line.count, using: &random)))
    case 7: line = [0x0a] + line
    case 8: line += [0x0a]
    default: break
    }
    // What a line ended in is no matter of this test; see the one about carriage returns.
    while line.last == 0x0d { line.removeLast() }
    return line
  }

  @Test
  func whateverStandsBesideItAKeptLineIsWhatItIsAloneInItsFile() throws {
    let forms = try Self.forms()
    for seed in Effort(rounds: 60) {
      var random = SeededGenerator(seed: UInt64(seed))
      let form = forms[seed % forms.count]
      var number = 1
      let lines = (0..<Int.random(in: 1...30, using: &random)).map { _ in
        number += Int.random(in: 1...5_000, using: &random)
        return KeptRow(line: number, raw: Self.line(form, &random))
      }
      let outcomes = try form.outcomes(lines).outcomes
      #expect(outcomes.map(\.line) == lines.map(\.line), "one each, in order; seed \(seed)")
      let difference = zip(lines, outcomes).first { form.alone($0) != $1 }
      #expect(difference == nil, "seed \(seed)")
    }
  }

  @Test
  func aQuoteThatNobodyClosesCostsItsOwnLineAndKeepsItsReason() throws {
    let form = try Self.delimited()
    let stray = Array(Sample.row(label: "\"Livre").utf8)
    let lines = [stray, Array(Sample.row(label: "\"Livre\"").utf8), stray, stray].enumerated()
      .map { KeptRow(line: 10 * $0.offset + 7, raw: $0.element) }
    let outcomes = try form.outcomes(lines).outcomes
    #expect(outcomes == lines.map(form.alone))
    #expect(
      outcomes.first == .malformed(BadLine(line: 7, reason: .quoteNotClosed, raw: stray)))
  }

  @Test
  func aLineThatEndedInMoreThanOneCarriageReturnIsWhatItWasInItsFile() throws {
    let form = try Self.delimited()
    let file = Sample.header + Sample.row() + "\r\r\n" + Sample.row(country: "") + "\r\r\r\n"
    let reading = Reading(file)
    #expect(reading.rows.map(\.country) == ["FR", nil])
    let lines = reading.rows.map { KeptRow(line: $0.line, raw: $0.raw) }
    #expect(try form.outcomes(lines).outcomes == reading.rows.map { .record($0) })
  }

  @Test
  func everyRecordOfAnyFileIsTheSameRecordWhenItsLineIsReadAgain() throws {
    for seed in Effort(rounds: 40) {
      var random = SeededGenerator(seed: UInt64(seed))
      let form = try Self.forms()[seed % Self.forms().count]
      let lines = (0..<40).map { _ in Self.line(form, &random) }
      let file = Array(([form.header] + lines).joined(separator: [0x0d, 0x0a]))
      let rows = Reading(file, form.plain).rows
      let kept = rows.map { KeptRow(line: $0.line, raw: $0.raw) }
      #expect(
        try form.outcomes(kept).outcomes == rows.map { .record($0) }, "seed \(seed)")
    }
  }

  @Test
  func batchesAreBoundedWhateverALinesLengthAndHoweverManyLinesThereAre() throws {
    let form = try Self.delimited()
    let good = Array(Sample.row(label: "\"un\nou deux\"").utf8)
    let huge = Array(repeating: UInt8(ascii: "x"), count: 2 * TrackingFileReader.batchSize)
    var lines = (0..<9_000).map { KeptRow(line: 2 * $0 + 2, raw: good) }
    lines.insert(KeptRow(line: 3, raw: huge), at: 1)
    lines.append(KeptRow(line: 30_000, raw: huge))
    let (outcomes, batches) = try form.outcomes(lines)
    #expect(outcomes.map(\.line) == lines.map(\.line))
    #expect(outcomes.filter { if case .record = $0 { true } else { false } }.count == 9_000)
    #expect(
      outcomes.last
        == .malformed(
          BadLine(
            line: 30_000, reason: .lineTooLong,
            raw: Array(huge.prefix(MalformedLine.longestRaw)))))
    let most = TrackingFileReader.batchSize / (good.count + 1)
    #expect(batches.allSatisfy { $0.rows <= most } && batches.count < 10)
    #expect(try form.outcomes([]).batches.isEmpty)
  }

  @Test
  func columnsAreFoundByTheHeaderOfTheLinesOwnFile() throws {
    var reader = try KeptLineReader(
      layout: .colisPrive, header: Array("StsDate;x;cppclcode;AccountID;CPCustoID;StsCode".utf8))
    let raw = Array("28/08/2026;;991122334455;EM180619;E1;LIV".utf8)
    let batch = try #require(reader.read([KeptRow(line: 4, raw: raw)]).first)
    let row = try #require(batch.records.first.map { Row($0, in: batch) })
    #expect(row.line == 4 && row.account == "E1 / EM180619" && row.code == "LIV")
    #expect(row.raw == raw && row.country == nil)
  }

  @Test(arguments: [
    "", "CPCustoID;AccountID;CPPclCode;StsDate", "CPCustoID;AccountID;StsCode;StsDate",
    "E1;EM180619;991122334455;CMD-1042;LIV",
  ])
  func aHeaderThatLacksANeededColumnIsRefused(header: String) {
    #expect(throws: FileFailure.self) {
      _ = try KeptLineReader(layout: .colisPrive, header: Array(header.utf8))
    }
  }
}
