import Carrier
import Testing
import TrackingFile

/// A layout that is written down is read back as the same one.
struct WrittenLayoutTests {
  private static func layouts() throws -> [Layout] {
    let patterns = try ["yyyyMMddHHmmss", "auto", "dd/MM/yyyy HH:mm"].map {
      try #require(TimeFormat($0))
    }
    let spans: [Layout.Column: [Layout.Span]] = [
      .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 8)],
      .parcel: [.init(start: 11, width: 12)], .code: [.init(start: 23, width: 3)],
      .date: [.init(start: 26, width: 19)],
    ]
    let names: [Layout.Column: [String]] = [
      .account: ["Cömpte \"é\""], .accountID: ["a/b\\c"], .parcel: ["\u{1f4e6}"], .label: ["l"],
      .date: ["d"],
    ]
    var more = Layout.Options(
      encoding: .cp850,
      timeFormats: try ["d/M/yy H'h'mm", "epoch-milliseconds"].map {
        try TimeFormat(checking: $0)
      }, trailer: .init(marker: "T"), path: try PathPattern("{account-id}_*"))
    more.given = [.account: .value("E1"), .accountID: .path, .label: .value("Livré \"é\"")]
    more.skip = ["#", "H;"]
    more.number = .any
    let given = Layout.Options(encoding: .utf16)
    return [
      try Layout(
        name: "more", version: "1",
        format: .headerless(
          separator: 0x7c, quote: nil, numbers: [.parcel: [1], .date: [2, 4], .code: [3]]),
        options: more),
      try Layout(
        name: "joined", version: "1",
        format: .delimited(
          separator: 0x3b, quote: 0x22,
          names: [
            .account: ["a"], .accountID: ["i"], .parcel: ["p"], .date: ["d", "t"],
            .label: ["c", "l"],
          ]), options: given),
      try Layout(
        name: "places", version: "1",
        format: .fixedWidth(
          spans: spans.merging([.label: [.init(start: 45, width: 3), .init(start: 50, width: 9)]]) {
            $1
          })),
      .colisPrive,
      try Sample.layout(quote: nil, encoding: .windows1252, timeFormats: patterns, trailer: "FIN;"),
      try Layout(
        name: "fixed\nwidth", version: "2.0-é", format: .fixedWidth(spans: spans),
        options: .init(
          encoding: .utf8, clock: try #require(WallClock(identifier: "America/Sao_Paulo")),
          timeFormats: patterns, path: PathPattern("{account}/{account-id}_*"))),
      try Layout(
        name: "", version: "", format: .delimited(separator: 0x09, quote: 0x27, names: names)),
    ]
  }

  @Test
  func eachIsReadBackAsItWasFromATextThatIsAlwaysTheSame() throws {
    for layout in try Self.layouts() {
      let written = layout.written
      #expect(!written.contains("\n"))
      let read = try Layout(written: written)
      #expect(read == layout)
      #expect(read.written == written)
    }
  }

  /// Such texts are in stores already.
  @Test
  func theTextOfALayoutThatHasNothingNewIsAsBefore() {
    #expect(
      Layout.colisPrive.written == """
        {"columns":{"account":{"name":"CPCustoID"},"account-id":{"name":"AccountID"},\
        "code":{"name":"StsCode"},"country":{"name":"Country"},"date":{"name":"StsDate"},\
        "label":{"name":"StsDesc"},"order":{"name":"OrderID"},"parcel":{"name":"CPPclCode"},\
        "postcode":{"name":"CsgZipCode"},"site":{"name":"SiteCode"}},"encoding":"auto",\
        "name":"colisprive","quote":34,"separator":59,"timeFormats":["auto"],\
        "timeZone":"Europe/Paris","version":"1"}
        """)
  }

  @Test(arguments: ["", "{}", "[]", Layout.colisPrive.written.replacing("auto", with: "other")])
  func whatIsNoneIsRefused(text: String) {
    #expect(throws: LayoutError.self) { _ = try Layout(written: text) }
  }

  @Test
  func aLayoutKeepsAllButItsEncoding() throws {
    let layout = try Sample.layout(encoding: .windows1252, trailer: "FIN")
    #expect(try layout.reading(.auto) == Sample.layout(encoding: .auto, trailer: "FIN"))
  }
}
