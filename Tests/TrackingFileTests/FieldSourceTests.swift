import Carrier
import TestSupport
import Testing
import TrackingFile

/// Where a layout's fields come from: columns by name and by number, several joined, values, the path.
struct FieldSourceTests {
  private static let semicolon = UInt8(ascii: ";")
  private static let quote = UInt8(ascii: "\"")

  private func layout(
    names: [Layout.Column: [String]], _ change: (inout Layout.Options) throws -> Void = { _ in }
  ) throws -> Layout {
    var options = Layout.Options()
    try change(&options)
    return try Layout(
      name: "x", version: "1",
      format: .delimited(separator: Self.semicolon, quote: Self.quote, names: names),
      options: options)
  }

  private func layout(
    numbers: [Layout.Column: [Int]], _ change: (inout Layout.Options) throws -> Void = { _ in }
  ) throws -> Layout {
    var options = Layout.Options()
    try change(&options)
    return try Layout(
      name: "x", version: "1",
      format: .headerless(separator: Self.semicolon, quote: Self.quote, numbers: numbers),
      options: options)
  }

  /// 28 August 2026 at 11:42 in Paris, in seconds since 1970.
  private static let at1142: Int64 = 1_787_910_120

  // MARK: Values

  @Test
  func aFileWithoutAccountsIsReadWithTheAccountThatTheLayoutGives() throws {
    let layout = try layout(names: [
      .parcel: ["PARCELNO"], .code: ["SCAN_CODE"], .date: ["SCAN_DATE_TIME"],
      .site: ["DEPOT_CODE"], .postcode: ["CONSIGNEE_ZIP"],
    ]) {
      $0.given = [.account: .value("E1"), .accountID: .value("EM180619")]
      $0.timeFormats = [.pattern(try TimePattern("yyyyMMddHHmmss"))]
      $0.number = .any
    }
    let text = """
      PARCELNO;SCAN_CODE;DEPOT_CODE;SCAN_DATE_TIME;CONSIGNEE_ZIP;
      05300000000011;13;0521;20260828114210;75012;

      """
    let reading = Reading(text, layout)
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    let row = try #require(reading.rows.first)
    #expect(row.account == "E1 / EM180619" && row.parcel == "05300000000011")
    #expect(row.code == "13" && row.site == "0521" && row.postcode == "75012")
    #expect(row.time.seconds == Self.at1142 + 10 && row.time.precision == .second)
    // By the carrier's own form of numbers the row is refused, and not the file.
    var own = layout.options
    own.number = .colisPrive
    let strict = try Layout(name: "x", version: "1", format: layout.format, options: own)
    #expect(Reading(text, strict).reasons == [.parcelMalformed])
  }

  @Test(arguments: [TextEncoding.auto, .utf8, .windows1252, .cp850, .latin9])
  func aGivenValueIsTheSameTextInEveryEncoding(encoding: TextEncoding) throws {
    let layout = try layout(names: [
      .account: ["a"], .accountID: ["i"], .parcel: ["p"], .date: ["d"],
    ]) {
      $0.encoding = encoding
      $0.given = [.label: .value("Livré"), .country: .value("FR"), .site: .value("é")]
    }
    let rows = Reading("a;i;p;d\nE1;X;991122334455;28/08/2026\nE2;Y;991122334456;\n", layout).rows
    #expect(rows.map(\.label) == ["Livré", "Livré"])
    #expect(rows.map(\.country) == ["FR", "FR"] && rows.map(\.site) == ["é", "é"])
    #expect(rows.map(\.account) == ["E1 / X", "E2 / Y"])
  }

  @Test
  func valuesAreInEveryBatchOfALongFile() throws {
    let layout = try layout(names: [.parcel: ["p"], .date: ["d"], .label: ["l"]]) {
      $0.given = [.account: .value("E1"), .accountID: .value("EM180619")]
    }
    let line = "991122334455;28/08/2026 11:42:00;\(String(repeating: "x", count: 200))\n"
    let reading = Reading("p;d;l\n" + String(repeating: line, count: 3_000), layout)
    #expect(reading.batches.count > 1 && reading.rows.count == 3_000)
    #expect(reading.rows.allSatisfy { $0.account == "E1 / EM180619" })
  }

  // MARK: The path

  private func pathLayout(_ pattern: String, _ account: Layout.Given) throws -> Layout {
    try layout(names: [.parcel: ["p"], .date: ["d"], .code: ["c"]]) {
      $0.given = [.account: account, .accountID: .path]
      $0.path = try PathPattern(pattern)
    }
  }

  private static let pathFile = Array("p;d;c\n991122334455;28/08/2026;LIV\n".utf8)

  private func accounts(_ layout: Layout, _ path: String?) throws -> [String] {
    var reader = TrackingFileReader(layout: layout, path: path)
    reader.supply(Self.pathFile)
    reader.finish()
    guard case .batch(let batch) = try reader.next() else { return [] }
    return batch.records.map { batch.account(of: $0).description }
  }

  @Test
  func thePathOfAFileGivesTheAccountOfItsRows() throws {
    let layout = try pathLayout("{account}_{account-id}_*", .path)
    #expect(try accounts(layout, "out/E1_EM180619_x.csv") == ["E1 / EM180619"])
    let half = try pathLayout("TRK_{account-id}_*", .value("D0"))
    #expect(try accounts(half, "TRK_EM180619_x.csv") == ["D0 / EM180619"])
    // It is asked about at the gate as well.
    #expect(half.account(in: "a/TRK_EM180619_x.csv")?.description == "D0 / EM180619")
    #expect(half.account(in: "a/other.csv") == nil)
  }

  @Test(arguments: [nil, "x.csv", "E1_EM-1_x.csv"] as [String?])
  func aPathThatNamesNoAccountFailsTheFileAndSaysSo(path: String?) throws {
    let layout = try pathLayout("{account}_{account-id}_*", .path)
    let failure = #expect(throws: FileFailure.self) { _ = try accounts(layout, path) }
    #expect(failure?.description.contains("its path names no account") == true)
    #expect(failure?.mayHeal == false)
  }

  @Test
  func theNextFileHasTheAccountOfItsOwnPath() throws {
    var reader = TrackingFileReader(layout: try pathLayout("{account}_{account-id}_*", .path))
    for (path, account) in [("E1_A_", "E1 / A"), ("E2_B_", "E2 / B"), ("E1_A_", "E1 / A")] {
      reader.restart(path: path)
      reader.supply(Self.pathFile)
      reader.finish()
      guard case .batch(let batch) = try reader.next() else { continue }
      #expect(batch.records.map { batch.account(of: $0).description } == [account])
    }
  }

  @Test
  func aKeptRowIsReadAgainByWhatItsPathGave() throws {
    let layout = try pathLayout("{account}_{account-id}_*", .path)
    let own = try layout.reading(fileAt: "E1_EM180619_x.csv")
    let read = try Layout(written: own.written)
    #expect(read == own && !read.takesFromPath)
    var reader = try KeptLineReader(layout: read, header: Array("p;d;c".utf8))
    let batches = reader.read([
      KeptRow(line: 2, raw: Array("991122334455;28/08/2026;LIV".utf8))
    ])
    #expect(
      batches.flatMap { batch in batch.records.map { batch.account(of: $0).description } }
        == ["E1 / EM180619"])
    #expect(throws: FileFailure.self) { _ = try KeptLineReader(layout: layout, header: []) }
  }

  // MARK: Joined columns

  @Test(arguments: ["StsDate;StsTime;CPPclCode", "CPPclCode;StsTime;X;StsDate"])
  func dateAndTimeOfTwoColumnsAreOneTime(header: String) throws {
    let layout = try layout(names: [
      .account: ["CPCustoID"], .accountID: ["AccountID"], .parcel: ["CPPclCode"],
      .code: ["StsCode"], .date: ["StsDate", "StsTime"], .label: ["StsCode", "X"],
    ])
    let fields = [
      "StsDate": "28/08/2026", "StsTime": " 11:42:10 ", "CPPclCode": "991122334455", "X": "a",
    ]
    let row = header.split(separator: ";").map { fields[String($0)] ?? "" }.joined(separator: ";")
    let text = "CPCustoID;AccountID;StsCode;\(header)\nE1;EM180619;LIV;\(row)\n"
    let reading = Reading(text, layout)
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    #expect(reading.rows.map(\.time.seconds) == [Self.at1142 + 10])
    #expect(reading.rows.map(\.date) == ["28/08/2026 11:42:10"])
    #expect(reading.rows.map(\.label) == [header.contains("X") ? "LIV a" : "LIV"])
    #expect(reading.rows.map(\.raw) == [Array("E1;EM180619;LIV;\(row)".utf8)])
    for place in 1..<text.utf8.count {
      #expect(Reading(Array(text.utf8), layout, firstChunk: place).rows == reading.rows)
    }
  }

  @Test
  func joinedColumnsMayBeQuotedAndEmpty() throws {
    let layout = try layout(names: [
      .account: ["a"], .accountID: ["i"], .parcel: ["p"], .date: ["d", "t"], .label: ["l", "m"],
    ])
    let text = """
      a;i;p;d;t;l;m
      E1;X;991122334455;"28/08/2026";"11:42";"a ""b"" z";"c;d"
      E1;X;991122334456;28/08/2026;;;x
      E1;X;991122334457;;;l;
      E1;X;991122334458;28/08/2026;25:00;l;
      """
    let reading = Reading(text, layout)
    #expect(reading.rows.map(\.label) == ["a \"b\" z c;d", "x", "l"])
    #expect(reading.rows.map(\.time.precision) == [.minute, .day, .none])
    #expect(reading.malformed.map(\.line) == [5] && reading.reasons == [.dateMalformed])
  }

  @Test
  func ofADateNoPartMayBeMissingInTheHeader() throws {
    let layout = try layout(names: [
      .account: ["a"], .accountID: ["i"], .parcel: ["p"], .date: ["d", "t"], .code: ["c"],
    ])
    let failure = Reading("a;i;p;d;c\n", layout).failure
    #expect(failure?.description.contains("has no column d and t") == true)
  }

  // MARK: Without a header

  @Test
  func withoutAHeaderColumnsAreNumbersAndTheFirstLineIsARow() throws {
    let layout = try layout(numbers: [
      .account: [1], .accountID: [2], .parcel: [3], .code: [5], .date: [7],
    ]) {
      $0.timeFormats = [.pattern(try TimePattern("yyyyMMddHH:mm"))]
      $0.number = .any
    }
    let text = "X;6A;12345678901;CMD-1;LIV;CFM;2026082811:42;;75012;PARIS\n"
    let reading = Reading(text + text, layout)
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    #expect(reading.rows.map(\.line) == [1, 2])
    #expect(reading.rows.map(\.account) == ["X / 6A", "X / 6A"])
    #expect(reading.rows.map(\.parcel) == ["12345678901", "12345678901"])
    #expect(reading.rows.map(\.code) == ["LIV", "LIV"])
    #expect(reading.rows.map(\.time.seconds) == [Self.at1142, Self.at1142])
    for size in [1, 2, 7, 61] {
      #expect(Reading(Array((text + text).utf8), layout, chunkSize: size).rows == reading.rows)
    }
  }

  private static let numbers: [Layout.Column: [Int]] = [
    .account: [1], .accountID: [2], .parcel: [3], .date: [4, 5], .code: [7],
  ]

  @Test
  func aLineThatEndsBeforeAColumnIsRejectedWithTheColumnsName() throws {
    let layout = try layout(numbers: Self.numbers)
    let text = """
      E1;X;991122334455;28/08/2026;11:42;-;LIV
      E1;X;991122334455;28/08/2026;11:42;-
      E1;X;991122334455;28/08/2026
      E1;X
      E1
      E1;X;991122334455;28/08/2026;11:42;-;LIV;one too many
      """
    let reading = Reading(text, layout)
    #expect(reading.rows.map(\.line) == [1])
    #expect(
      reading.reasons == [
        .codeColumnMissing, .dateColumnMissing, .parcelColumnMissing, .accountIDColumnMissing,
        .fieldCount,
      ])
  }

  @Test
  func inAFileOfSuchLinesAloneEachIsRejected() throws {
    let layout = try layout(numbers: Self.numbers)
    #expect(
      Reading("E1;X\nE1;X\n", layout).reasons == [.parcelColumnMissing, .parcelColumnMissing])
    #expect(Reading("", layout) == Reading("\n \n", layout))
  }

  @Test
  func aQuotedFirstRowMayHaveSeparatorsAndLineFeeds() throws {
    let layout = try layout(numbers: Self.numbers)
    let text = """
      "E1";X;991122334455;28/08/2026;11:42;"a;b
      c";LIV
      E1;X;991122334456;28/08/2026;11:42;"-";LIV

      """
    let reading = Reading(text, layout)
    #expect(reading.rows.map(\.line) == [1, 3])
    for place in 1..<text.utf8.count {
      #expect(Reading(Array(text.utf8), layout, firstChunk: place) == reading)
    }
  }

  @Test
  func keptRowsWithoutAHeaderAreReadAgain() throws {
    let layout = try layout(numbers: Self.numbers)
    var reader = try KeptLineReader(layout: try Layout(written: layout.written), header: [])
    // They may come from files with other columns after those of the layout.
    let batches = reader.read([
      KeptRow(line: 7, raw: Array("E1;X;991122334455;28/08/2026;11:42;-;LIV".utf8)),
      KeptRow(line: 9, raw: Array("E1;X;991122334456;28/08/2026;11:42;-;LIV;a".utf8)),
    ])
    #expect(batches.flatMap { $0.records.map(\.line) } == [7, 9])
    #expect(batches.flatMap(\.malformed).isEmpty)
  }

  // MARK: Fixed width

  @Test
  func fixedWidthFilesJoinAndGiveAsWell() throws {
    var options = Layout.Options()
    options.given = [.account: .value("E1"), .accountID: .value("EM180619")]
    let layout = try Layout(
      name: "fixed", version: "1",
      format: .fixedWidth(spans: [
        .parcel: [.init(start: 1, width: 12)],
        .date: [.init(start: 13, width: 10), .init(start: 27, width: 5)],
        .code: [.init(start: 23, width: 4)],
      ]), options: options)
    let reading = Reading("99112233445528/08/2026LIV 11:42\n99112233445628/08/2026LIV\n", layout)
    #expect(reading.rows.map(\.time.seconds).first == Self.at1142)
    #expect(reading.rows.map(\.time.precision) == [.minute, .day])
    #expect(reading.rows.map(\.account) == ["E1 / EM180619", "E1 / EM180619"])
  }
}
