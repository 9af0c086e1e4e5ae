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
}
