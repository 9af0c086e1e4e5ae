import Carrier
import TestSupport
import Testing
import TrackingFile

/// Most lines are read by a shorter way; what comes out must not depend on which one it was.
struct UsualLineTests {
  /// What stands between the digits of a date: mostly right, sometimes not.
  private static func date(_ random: inout SeededGenerator) -> String {
    func pick(_ choices: [String]) -> String {
      choices[Int.random(in: choices.indices, using: &random)]
    }
    func two(_ range: ClosedRange<Int>) -> String {
      let value = Int.random(in: range, using: &random)
      return value < 10 ? "0\(value)" : "\(value)"
    }
    // Few days, so that known ones come again, among them those on which the clock changes.
    let day = pick([
      "28/08/2026", "29/03/2026", "28/03/2026", "30/03/2026", "25/10/2026", "24/10/2026",
      "31/02/2026", "2026-10-25", "2026-08-28", "2026/08/28", "28-08-2026", "\u{1}8/08/2026",
      "ÿÿÿÿÿ", "00/00/0000", "\(two(0...33))/\(two(0...13))/20\(two(0...99))",
    ])
    let clock = [two(0...24), two(0...61), two(0...61)].joined(
      separator: pick([":", ":", ":", "."]))
    let time = pick([" ", " ", "T", "_"]) + clock
    return day + pick([time, time, time, "", String(time.dropLast(3)), time + "Z", time + " "])
  }

  @Test(arguments: UInt64(1)...20)
  func aTimeInAFileIsTheTimeThatItsTextAloneGives(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let dates = (0..<500).map { _ in Self.date(&random) }
    let reading = Reading(Sample.file(dates.map { Sample.row(date: $0) }))
    var expected: [Int: EventTime] = [:]
    for (index, date) in dates.enumerated() {
      let trimmed = date.hasSuffix(" ") ? String(date.dropLast()) : date
      expected[index + 2] = EventTime(trimmed)
    }
    #expect(Dictionary(uniqueKeysWithValues: reading.rows.map { ($0.line, $0.time) }) == expected)
    #expect(reading.rows.count + reading.malformed.count == dates.count)
  }

  @Test(arguments: 0..<10)
  func blanksAroundAFieldChangeNothingButTheRawLine(field: Int) throws {
    let plain = Reading(Sample.file([Sample.row()]))
    for (before, after) in [(" ", ""), ("", " "), ("\t ", " \t")] {
      var fields = Sample.row().split(separator: ";").map(String.init)
      fields[field] = before + fields[field] + after
      let line = fields.joined(separator: ";")
      let reading = Reading(Sample.file([line]))
      var row = try #require(reading.rows.first)
      #expect(row.raw == Array(line.utf8))
      row.raw = plain.rows[0].raw
      #expect([row] == plain.rows)
    }
  }

  @Test
  func eachRowHasItsOwnAccountPairHoweverManyThereAre() throws {
    var random = SeededGenerator(seed: 5)
    let ids = (0..<12_000).map { _ in
      (
        ["E1", "D0", "A", "ABCDEFGH"].randomElement(using: &random) ?? "",
        "EM\(Int.random(in: 0..<5_000, using: &random))"
          + (Bool.random(using: &random) ? "" : "-LONGER")
      )
    }
    let text = Sample.file(ids.map { Sample.row(account: $0.0, accountID: $0.1) })
    let reading = Reading(Array(text.utf8), chunkSize: 10_000)
    #expect(reading.rows.map(\.account) == ids.map { "\($0.0) / \($0.1)" })
    #expect(reading.batches.count > 2)
  }

  @Test(arguments: ["E\u{7f}", "É1", "E 1", "E\u{1f}", "ABCDEFGHI"])
  func aPairWithAByteThatIsNotPrintableASCIIOrThatIsTooLongIsMalformed(account: String) {
    #expect(Reading(Sample.file([Sample.row(account: account)])).reasons == [.accountMalformed])
    let id = account + String(repeating: "X", count: account.count == 9 ? 8 : 0)
    #expect(Reading(Sample.file([Sample.row(accountID: id)])).reasons == [.accountMalformed])
    #expect(
      Reading(Sample.file([Sample.row(accountID: "EM180619" + account)])).reasons
        == [.accountMalformed])
  }

  @Test
  func whatIsKeptOfABatchStaysAsItIsWhenTheNextOneIsRead() throws {
    let lines = (0..<20_000).map { Sample.row(order: "CMD-\($0)") }
    let whole = Reading(Sample.file(lines))
    #expect(whole.batches.count > 3)
    var reader = TrackingFileReader(layout: .colisPrive)
    var batches: [RecordBatch] = []
    reader.supply(Array(Sample.file(lines).utf8))
    while case .batch(let batch) = try reader.next() { batches.append(batch) }
    reader.finish()
    while case .batch(let batch) = try reader.next() { batches.append(batch) }
    #expect(batches.flatMap { batch in batch.records.map { Row($0, in: batch) } } == whole.rows)
  }

  @Test
  func oneReaderReadsFileAfterFileWhateverTheOneBeforeWas() throws {
    let files: [[UInt8]] = [
      Array(Sample.file([Sample.row(), "bad", Sample.row(label: "\"a;b\"")]).utf8),
      Array("no tracking file".utf8), Array(),
      Array(Sample.file((0..<5_000).map { Sample.row(order: "\($0)") }).utf8),
      // Other columns in another order.
      Array("StsDate;CPPclCode;StsCode;AccountID;CPCustoID\n28/08/2026;991122334455;A;EM1;E1".utf8),
      Array(Sample.header.utf8.prefix(20)), Array(Sample.file([Sample.row()]).utf8),
    ]
    var reader = TrackingFileReader(layout: .colisPrive)
    for file in files + files.reversed() {
      let alone = Reading(file)
      reader.restart()
      reader.supply(file)
      var rows: [Row] = []
      var malformed: [BadLine] = []
      func take(_ batch: RecordBatch) {
        rows += batch.records.map { Row($0, in: batch) }
        malformed += batch.malformed.map { BadLine($0) }
      }
      var failure: FileFailure?
      do throws(FileFailure) {
        while case .batch(let batch) = try reader.next() { take(batch) }
        reader.finish()
        while case .batch(let batch) = try reader.next() { take(batch) }
      } catch {
        failure = error
      }
      #expect(rows == alone.rows && malformed == alone.malformed && failure == alone.failure)
    }
  }

  @Test
  func aFileThatComesInChunksOfAnySizeAlsoLargerThanABatchIsReadAsInOneChunk() throws {
    let file = Array(Sample.file((0..<9_000).map { Sample.row(order: "CMD-\($0)") }).utf8)
    for size in [1, 4_096, 1 << 20] where size > 1 || file.count < 2_000_000 {
      var reader = TrackingFileReader(layout: .colisPrive)
      var rows: [Row] = []
      var rest = file[...]
      while !rest.isEmpty {
        reader.supply(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
        while case .batch(let batch) = try reader.next() {
          rows += batch.records.map { Row($0, in: batch) }
        }
      }
      reader.finish()
      while case .batch(let batch) = try reader.next() {
        rows += batch.records.map { Row($0, in: batch) }
      }
      #expect(rows == Reading(file).rows)
    }
  }
}
