import Testing
import TrackingFile

@Suite struct WrittenLayoutTests {
  private static let columns: [Layout.Column: String] = [
    .account: "Compte", .accountID: "ID=\\du\ncompte", .parcel: "Colis", .date: "Daté",
    .label: "\\n",
  ]

  static func layouts() throws -> [Layout] {
    let pattern = try #require(TimeFormat("yyyyMMddHHmmss"))
    return [
      .colisPrive,
      try Layout(
        name: "a=b\\\n", version: "", format: .delimited(separator: 9, quote: nil, names: columns),
        encoding: .windows1252, timeFormats: [pattern, .auto],
        trailer: Layout.Trailer(marker: "FIN\\"),
        path: try PathPattern("{account}_{account-id}_*")),
      try Layout(
        name: "fixed", version: "2",
        format: .fixedWidth(spans: [
          .account: .init(start: 1, width: 2), .accountID: .init(start: 3, width: 8),
          .parcel: .init(start: 11, width: 12), .date: .init(start: 23, width: 8),
          .code: .init(start: 31, width: 3),
        ]), encoding: .utf8, clock: try #require(WallClock(identifier: "Europe/Brussels"))),
    ]
  }

  @Test func whatIsWrittenReadsAsTheSameLayout() throws {
    for layout in try Self.layouts() {
      #expect(try Layout(written: layout.written) == layout)
    }
  }

  @Test(
    arguments: [
      "", "words", "future-key=1\n", "name=a\nversion=1\n", "separator=300\n",
      Layout.colisPrive.written + "column.future=a\n", Layout.colisPrive.written + "trailer=\n",
    ])
  func whatALaterVersionWroteIsRefused(written: String) {
    #expect(throws: LayoutError.self) { try Layout(written: written) }
  }
}
