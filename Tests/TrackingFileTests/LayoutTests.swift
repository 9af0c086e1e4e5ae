import Carrier
import Testing
import TrackingFile

struct LayoutTests {
  private typealias Names = [Layout.Column: [String]]

  private static func names() -> [Layout.Column: [String]] {
    guard case .delimited(_, _, let names) = Layout.colisPrive.format else { return [:] }
    return names
  }

  /// The key that a layout's error names; nil when the layout is accepted.
  private func fault(
    separator: Character = ";", quote: Character? = "\"",
    names: [Layout.Column: [String]] = names(),
    timeFormats: [TimeFormat] = [.auto], trailer: String? = nil
  ) throws -> String? {
    let separator = try #require(separator.utf8.first)
    return fault(
      .delimited(separator: separator, quote: quote?.utf8.first, names: names),
      timeFormats: timeFormats, trailer: trailer)
  }

  private func fault(
    _ format: Layout.Format, timeFormats: [TimeFormat] = [.auto], trailer: String? = nil
  ) -> String? {
    do throws(LayoutError) {
      _ = try Layout(
        name: "sample", version: "1", format: format,
        options: .init(
          timeFormats: timeFormats, trailer: trailer.map { Layout.Trailer(marker: $0) }))
      return nil
    } catch {
      #expect(error.description.hasPrefix(error.key))
      return error.key
    }
  }

  @Test
  func theBuiltInLayoutHasTheCarriersPublicNames() {
    let names = Self.names()
    #expect(Layout.Column.allCases.compactMap { names[$0] }.count == 10)
    #expect(names[.account] == ["CPCustoID"])
    #expect(names[.parcel] == ["CPPclCode"])
    #expect(Layout.colisPrive.encoding == .auto)
    #expect(Layout.colisPrive.clock == .paris)
    #expect(Layout.colisPrive.trailer == nil)
  }

  @Test(
    arguments: [
      "\"", "\n", "\r", "é",
    ] as [Character])
  func aSeparatorIsOneASCIICharacterOtherThanQuoteAndLineEnd(separator: Character) throws {
    #expect(try fault(separator: separator) == "separator")
  }

  @Test(arguments: [",", "\t", "|"] as [Character])
  func otherSeparatorsAreAccepted(separator: Character) throws {
    #expect(try fault(separator: separator) == nil)
  }

  @Test(arguments: Layout.Column.required)
  func aLayoutWithoutANeededColumnIsRefused(column: Layout.Column) throws {
    var names = Self.names()
    names[column] = nil
    #expect(try fault(names: names) == "columns")
    names[column] = [""]
    #expect(try fault(names: names) == column.rawValue)
  }

  @Test
  func codeOrLabelIsNeededOneSuffices() throws {
    var names = Self.names()
    names[.code] = nil
    #expect(try fault(names: names) == nil)
    names[.label] = nil
    #expect(try fault(names: names) == "columns")
  }

  @Test
  func twoFieldsCantBeTheSameColumn() throws {
    var names = Self.names()
    names[.site] = ["stscode"]
    #expect(try fault(names: names) == "site")
  }

  @Test(arguments: [
    (0, 5), (-1, 5), (1, 0), (1, -3), (Layout.longestLine, 1),
  ])
  func spansLieWithinALine(start: Int, width: Int) {
    var spans: [Layout.Column: [Layout.Span]] = [
      .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 8)],
      .parcel: [.init(start: 11, width: 12)], .date: [.init(start: 23, width: 10)],
      .label: [.init(start: 33, width: 30)],
    ]
    #expect(fault(.fixedWidth(spans: spans)) == nil)
    spans[.site] = [.init(start: start, width: width)]
    #expect(fault(.fixedWidth(spans: spans)) == "site")
  }

  @Test
  func formatsAndMarkersMustNotBeEmpty() throws {
    #expect(try fault(timeFormats: []) == "time-formats")
    #expect(try fault(trailer: "") == "trailer")
    #expect(try fault(trailer: "FIN") == nil)
  }

  private static let few: [Layout.Column: [String]] = [
    .parcel: ["p"], .date: ["d"], .code: ["c"],
  ]

  /// The key that the error of a layout with these names and values names.
  private func fault(
    _ names: [Layout.Column: [String]] = few, given: [Layout.Column: Layout.Given],
    path: String? = nil, encoding: TextEncoding = .auto
  ) throws -> String? {
    var options = Layout.Options(encoding: encoding, path: try path.map { try PathPattern($0) })
    options.given = given
    do throws(LayoutError) {
      _ = try Layout(
        name: "sample", version: "1",
        format: .delimited(separator: 0x3b, quote: 0x22, names: names), options: options)
      return nil
    } catch {
      return error.key
    }
  }

  @Test
  func whatALayoutGivesMustBeUsable() throws {
    let pair: [Layout.Column: Layout.Given] = [.account: .value("E1"), .accountID: .value("X")]
    #expect(try fault(given: pair) == nil)
    #expect(try fault(given: [.account: .value("E1")]) == "columns")
    for (column, value) in [
      (Layout.Column.account, "E12345678"), (.account, "É1"), (.accountID, ""), (.site, "a\nb"),
      (.site, String(repeating: "x", count: 2_001)), (.parcel, "991122334455"), (.code, "x"),
    ] {
      let given = pair.merging([column: .value(value)]) { $1 }
      #expect(try fault(given: given) == column.rawValue, "\(column) \(value)")
    }
    #expect(
      try fault(given: pair.merging([.label: .value("€")]) { $1 }, encoding: .cp850) == "label")
    #expect(try fault(given: pair.merging([.label: .value("é")]) { $1 }, encoding: .cp850) == nil)
  }

  @Test
  func aDateThatIsGivenIsOneByTheLayoutsFormats() throws {
    let names: [Layout.Column: [String]] = [.parcel: ["p"], .code: ["c"]]
    let pair: [Layout.Column: Layout.Given] = [.account: .value("E1"), .accountID: .value("X")]
    #expect(try fault(names, given: pair.merging([.date: .value("28/08/2026")]) { $1 }) == nil)
    #expect(try fault(names, given: pair.merging([.date: .value("31/02/2026")]) { $1 }) == "date")
  }

  @Test
  func whatComesFromThePathIsNamedByItsPattern() throws {
    let both = "{account}_{account-id}_*"
    #expect(try fault(given: [.account: .path, .accountID: .path], path: both) == nil)
    #expect(try fault(given: [.account: .path, .accountID: .path]) == "account")
    #expect(
      try fault(given: [.account: .value("E1"), .accountID: .path], path: "{account-id}_*") == nil)
    #expect(
      try fault(given: [.account: .path, .accountID: .path], path: "{account-id}_*") == "account")
    // A path alone could gate with half an account only.
    let columns = Self.names()
    #expect(try fault(columns, given: [:], path: "{account-id}_*") == "path")
    #expect(try fault(columns, given: [:], path: both) == nil)
    #expect(
      try fault(given: [.account: .path, .accountID: .path, .site: .path], path: both) == "site")
  }

  @Test
  func aColumnIsJoinedOfAFewDifferentOnes() throws {
    var names = Self.names()
    names[.label] = ["StsCode", "StsDesc"]
    #expect(try fault(names: names) == nil)
    names[.label] = ["StsDesc", "stsdesc"]
    #expect(try fault(names: names) == "label")
    names[.label] = []
    #expect(try fault(names: names) == "label")
    names[.label] = ["a", "b", "c", "d", "e"]
    #expect(try fault(names: names) == "label")
  }

  @Test(arguments: [0, -1, Layout.longestLine + 1])
  func columnNumbersCountFromOne(number: Int) {
    func format(_ number: Int) -> Layout.Format {
      .headerless(
        separator: 0x3b, quote: nil,
        numbers: [
          .account: [1], .accountID: [2], .parcel: [3], .date: [4], .code: [5], .site: [number],
        ])
    }
    #expect(fault(format(6)) == nil)
    #expect(fault(format(5)) == "site", "a column of another field")
    #expect(fault(format(number)) == "site")
  }
}
