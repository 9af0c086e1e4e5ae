import Carrier
import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing
import TrackingFile

/// Rows of a parcel that are taken out of all copies of files.
@Suite struct RawErasureTests {
  let folder: TemporaryDirectory
  let store: any EventStore
  /// The second parcel of `trackingFile`: its rows are those from 5 to 9, in lines 7 to 11.
  let number: ParcelNumber
  let account: AccountPair

  init() throws {
    folder = try TemporaryDirectory()
    store = try SQLiteEventStore.temporary()
    number = try #require(ParcelNumber(any: "100000000001"))
    account = try #require(AccountPair(account: "E1", accountID: "EM180619"))
  }

  var rawRules: Rules {
    var keeping = rules()
    keeping.rawRetention = .seconds(30 * 86_400)
    return keeping
  }

  func ingest(_ paths: [String], _ rules: Rules? = nil) async throws {
    _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
      .ingest(paths, rules ?? rawRules)
  }

  func erase(
    _ store: (any EventStore)? = nil, of account: AccountPair? = nil, upTo instant: Int64? = nil
  ) async throws -> RawErasureSummary {
    try await RawErasure(
      store ?? self.store, layouts: [.colisPrive], observer: Witness(), now: fixedNow
    ).run(number, of: account ?? self.account, upTo: instant ?? fixedNow())
  }

  func copy(_ path: String) async throws -> RawCopy? {
    let file = try #require(try await store.files(at: path).last)
    return try await store.rawCopy(of: file.id)
  }

  /// What the store gives back of a file; nil: it has no copy of it.
  func given(_ path: String) async throws -> [UInt8]? {
    let file = try #require(try await store.files(at: path).last)
    guard let copy = try await copy(path), copy.removedAt == nil, copy.sha256 != nil else {
      return nil
    }
    var bytes: [UInt8] = []
    try await RawFiles(store).write(file, copy) { bytes += $0 }
    return bytes
  }

  /// The text with some of its lines empty, counted from 1.
  func without(_ lines: Set<Int>, _ bytes: [UInt8]) -> [UInt8] {
    let all = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let left = all.enumerated().map { lines.contains($0.offset + 1) ? [] : $0.element }
    return Array(left.joined(separator: [UInt8(ascii: "\n")]))
  }

  private static let header =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country\n"

  func row(
    _ number: String, account: String = "E1;EM180619", order: String = "CMD-1",
    label: String = "Livré", time: String = "28/08/2026 10:00:00"
  ) -> String {
    "\(account);\(number);\(order);LIV;\(label);\(time);75A;75012;FR\n"
  }

  @Test func rowsGoFromTheCopiesOfAllFiles() async throws {
    let bytes = trackingFile(rows: 40)
    let lines: Set<Int> = [7, 8, 9, 10, 11]
    var files: [String: [UInt8]] = [:]
    // The second one brings repeats, the third one held rows.
    files[try folder.write("a.csv", bytes)] = without(lines, bytes)
    files[try folder.write("b.csv", bytes)] = without(lines, bytes)
    let held = trackingFile(rows: 40, account: "X9;XX999999")
    let heldPath = try folder.write("held.csv", held)
    files[heldPath] = held
    // One fails after some rows, one at its first line.
    let failed = Array("<html>\nnothing\n1000 0000 0001 and its order\n".utf8)
    files[try folder.write("failed.csv", failed)] = Array("<html>\nnothing\n\n".utf8)
    let other = trackingFile(rows: 10, from: 500)
    files[try folder.write("other.csv", other)] = other
    try await ingest(files.keys.sorted())
    let summary = try await erase()
    #expect(summary.copies == 5 && summary.redacted == 3 && summary.removed == 0)
    #expect(summary.lines == 11)
    for (path, expected) in files { #expect(try await given(path) == expected, "\(path)") }
    let redacted = try #require(try await copy(folder.file("b.csv")))
    #expect(redacted.redactedAt == fixedNow() && redacted.redactedSHA256 != redacted.sha256)
    // A second run finds nothing.
    #expect(try await erase().redacted == 0)
    // What is left can be read, and brings nothing new.
    let events = try await store.counts().events
    let again = try folder.write("again.csv", try #require(try await given(folder.file("a.csv"))))
    try await ingest([again])
    let file = try #require(try await store.files(at: again).last)
    #expect(file.state == .ingested && file.counts.rows == 35 && file.counts.rejected == 0)
    #expect(try await store.counts().events == events)
    #expect(try await store.check(.full).isGood)
  }

  @Test func rowsOfAnotherAccountAndALaterLifeStay() async throws {
    let bytes = Array(
      (Self.header + row("100000000001", account: "X9;XX999999") + row("100000000001")
        + row("100000000001", time: "20/11/2026 10:00:00")
        + row("100000000002", label: "Retour de 1000 00000001") + row("100000000012")).utf8)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    // 2026-11-01.
    #expect(try await erase(upTo: 1_793_491_200).lines == 2)
    #expect(try await given(path) == without([3, 5], bytes))
  }

  @Test func aRowOfSeveralLinesGoesAsAWhole() async throws {
    let text =
      Self.header + row("100000000002")
      + row("100000000001", label: "\"one\r\ntwo; 5\"\"\r\nthree\"")
      + row("100000000003", label: "5\"") + row("100000000004")
      + row("100000000005", label: "\"Retour\r\nde 100000000001\"")
    let bytes = Array(text.utf8)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    #expect(try await erase().redacted == 1)
    #expect(try await given(path) == without([3, 4, 5, 8, 9], bytes))
  }

  @Test func rowsAreFoundInEveryEncoding() async throws {
    let text = Self.header + row("100000000002") + row("100000000001") + row("100000000003")
    let left = Self.header + row("100000000002") + "\n" + row("100000000003")
    func wide(_ text: String) -> [UInt8] {
      text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    }
    func cp850(_ text: String) -> [UInt8] { Array(text.replacing("é", with: "\u{1}").utf8) }
    let gzip = try await run("/usr/bin/gzip", arguments: ["-c", "-n"], input: Array(text.utf8))
    let files: [(String, [UInt8], [UInt8])] = [
      ("16.csv", [0xff, 0xfe] + wide(text), [0xff, 0xfe] + wide(left)),
      ("850.csv", cp850(text).map { $0 == 1 ? 0x82 : $0 }, cp850(left).map { $0 == 1 ? 0x82 : $0 }),
      (
        "cr.csv", Array(text.replacing("\n", with: "\r").utf8),
        Array(left.replacing("\n", with: "\r").utf8)
      ),
    ]
    let packed = try folder.write("a.csv.gz", gzip.rawOutput)
    for (name, bytes, _) in files { try await ingest([try folder.write(name, bytes)]) }
    try await ingest([packed])
    #expect(try await erase().redacted == 4)
    for (name, _, expected) in files {
      #expect(try await given(folder.file(name)) == expected, "\(name)")
    }
    let redacted = try #require(try await given(packed))
    let plain = try await run("/usr/bin/gzip", arguments: ["-d", "-c"], input: redacted)
    #expect(plain.rawOutput == Array(left.utf8))
  }

  /// The lines are found by their bytes then.
  @Test func rowsOfALayoutThatIsNotKnownAnyMoreGo() async throws {
    let bytes = trackingFile(rows: 40)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    let erasure = RawErasure(store, layouts: [], observer: Witness(), now: fixedNow)
    #expect(try await erasure.run(number, of: account, upTo: fixedNow()).lines == 5)
    #expect(try await given(path) == without([7, 8, 9, 10, 11], bytes))
  }

  /// Nothing stands between the columns of such a file.
  @Test func rowsOfFixedWidthAreFoundWithAndWithoutTheirLayout() async throws {
    func line(_ number: String, _ order: String = "CMD1", date: String = "28/08/2026") -> String {
      "E1EM180619\(number)\(order)\(date)LIV\n"
    }
    // The second line can't be read; the fifth has the digits by chance, and is another parcel's.
    let text =
      line("100000000002") + line("100000000001", date: "31/02/2026") + line("100000000001")
      + line("100000000003") + line("510000000000", "1CMD")
    let fixed = try Layout(
      name: "fixed", version: "1",
      format: .fixedWidth(spans: [
        .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 8)],
        .parcel: [.init(start: 11, width: 12)], .order: [.init(start: 23, width: 4)],
        .date: [.init(start: 27, width: 10)], .code: [.init(start: 37, width: 3)],
      ]))
    var rules = rules(layout: fixed)
    rules.rawRetention = .seconds(30 * 86_400)
    let bytes = Array(text.utf8)
    let path = try folder.write("a.txt", bytes)
    try await ingest([path], rules)
    #expect(try await store.files(at: path).last?.counts.rejected == 1)
    func erase(_ layouts: [Layout]) async throws -> Int {
      try await RawErasure(store, layouts: layouts, observer: Witness(), now: fixedNow)
        .run(number, of: account, upTo: fixedNow()).lines
    }
    #expect(try await erase([.colisPrive, fixed]) == 2)
    #expect(try await given(path) == without([2, 3], bytes))
    // Without the layout nobody knows where columns end.
    #expect(try await erase([]) == 1)
    #expect(try await given(path) == without([2, 3, 5], bytes))
  }

  @Test func anArchiveWithTheNumberLosesItsCopyAndAnotherKeepsIt() async throws {
    let one = try folder.write(
      "one.zip",
      ZIPFile([
        .init("a.csv", trackingFile(rows: 5, from: 90)), .init("b.csv", trackingFile(rows: 20)),
      ])
      .bytes)
    let two = ZIPFile([.init("a.csv", trackingFile(rows: 20, from: 100))]).bytes
    let kept = try folder.write("two.zip", two)
    try await ingest([one, kept])
    let summary = try await erase()
    #expect(summary.removed == 1 && summary.removedPaths == [one] && summary.redacted == 0)
    #expect(try await given(one) == nil)
    #expect(try await given(kept) == two)
  }
}
