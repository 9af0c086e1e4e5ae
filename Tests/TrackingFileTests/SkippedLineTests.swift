import TestSupport
import Testing
import TrackingFile

/// Lines that are no rows: what the layout skips, titles before the header, record types.
struct SkippedLineTests {
  private func layout(
    skip: [String], trailer: String? = nil, quote: UInt8? = UInt8(ascii: "\""),
    encoding: TextEncoding = .auto
  ) throws -> Layout {
    let base = try Sample.layout(quote: quote, encoding: encoding, trailer: trailer)
    var options = base.options
    options.skip = skip
    return try Layout(name: "sample", version: "1", format: base.format, options: options)
  }

  /// Reads a file, and checks that each byte belongs to something.
  private func skipped(_ text: String, _ layout: Layout) throws -> (lines: Int, sum: ByteSum) {
    var reader = TrackingFileReader(layout: layout)
    reader.supply(Array(text.utf8))
    reader.finish()
    while case .batch = try reader.next() {}
    #expect(reader.byteSum.accountedFor == reader.byteSum.all)
    return (reader.skippedLines, reader.byteSum)
  }

  @Test
  func linesThatBeginAsTheLayoutSaysAreNoRowsWhereverTheyStand() throws {
    let layout = try layout(skip: ["#", "H;"])
    let text =
      "# made by hand\nH;20260828\n" + Sample.header + Sample.row() + "\n#;\"open\n\u{feff}# x\n"
      + Sample.row(label: "\"a;b\"") + "\r\n  # a row that nobody reads\nH;\"\n" + Sample.row()
      + "\n# the end"
    let reading = Reading(text, layout)
    #expect(reading.failure == nil)
    #expect(reading.rows.map(\.line) == [4, 7, 10])
    #expect(reading.malformed.map(\.line) == [8])
    let (lines, sum) = try skipped(text, layout)
    #expect(lines == 6)
    #expect(sum.skipped == 15 + 11 + 8 + 7 + 4 + 10)
    for place in 1..<text.utf8.count {
      #expect(Reading(Array(text.utf8), layout, firstChunk: place) == reading)
    }
  }

  @Test(arguments: [TextEncoding.auto, .windows1252, .utf8, .cp850])
  func aPrefixWithAccentsIsFoundInTheEncodingOfTheFile(encoding: TextEncoding) throws {
    let layout = try layout(skip: ["éé"], encoding: encoding)
    let prefixes: [[UInt8]] =
      switch encoding {
      case .windows1252: [[0xe9, 0xe9]]
      case .cp850: [[0x82, 0x82]]
      case .auto: [[0xe9, 0xe9], Array("éé".utf8)]
      default: [Array("éé".utf8)]
      }
    for prefix in prefixes {
      let file = Array(Sample.file([Sample.row()]).utf8) + prefix + Array(" fin\n".utf8)
      #expect(Reading(file, layout).malformed.isEmpty)
    }
  }

  @Test
  func recordTypesAreSkippedAndCountedByTheClosingLine() throws {
    var options = Layout.Options(trailer: .init(marker: "T"))
    options.skip = ["H;"]
    let layout = try Layout(
      name: "types", version: "1",
      format: .headerless(
        separator: UInt8(ascii: ";"), quote: nil,
        numbers: [.account: [2], .accountID: [3], .parcel: [4], .code: [5], .date: [6]]),
      options: options)
    let rows = "D;E1;X;991122334455;LIV;28/08/2026\nD;E1;X;991122334456;LIV;28/08/2026\n"
    let reading = Reading("H;20260828\n" + rows + "T;2\n", layout)
    #expect(reading.failure == nil && reading.rows.map(\.line) == [2, 3])
    #expect(
      Reading("H;1\n" + rows + "T;3", layout).failure == .trailerMismatch(declared: 3, read: 2))
    #expect(Reading("H;1\n" + rows, layout).failure?.mayHeal == true)
    #expect(Reading("H;1\nT;0\n", layout).failure == nil)
  }

  @Test(arguments: [
    "Suivi des colis\n", "\"Suivi, des colis\"\n", "Export;;;;\n\n28/08/2026\n",
    "\u{feff}Suivi\r\n", "sep=;\nSuivi\n",
  ])
  func titlesBeforeTheHeaderAreNoRows(titles: String) throws {
    let text = titles + Sample.file([Sample.row(), Sample.row()])
    let reading = Reading(text)
    let first = titles.count { $0.isNewline } + 2
    #expect(reading.failure == nil && reading.rows.map(\.line) == [first, first + 1])
    _ = try skipped(text, .colisPrive)
    for place in 1..<text.utf8.count {
      #expect(Reading(Array(text.utf8), firstChunk: place) == reading)
    }
  }

  @Test
  func withoutAHeaderAfterThemTitlesMakeTheFileFailWithTheFirstLine() {
    for text in ["Suivi\n", "Suivi\nautre\n", "Suivi\n" + String(repeating: "x\n", count: 30)] {
      let failure = Reading(text).failure
      #expect(failure?.description.contains("its first line (5 bytes, 1 field)") == true)
    }
    let rows = Reading("Suivi\n" + Sample.row() + "\n")
    #expect(rows.failure?.description.contains("its line after 1 without columns") == true)
    #expect(rows.rows.isEmpty)
  }

  @Test(arguments: ["", "a\nb"])
  func aPrefixIsATextOfOneLine(prefix: String) {
    let error = #expect(throws: LayoutError.self) { _ = try layout(skip: [prefix]) }
    #expect(error?.key == "skip")
  }

  @Test
  func aPrefixMustNotHideTheClosingLine() {
    let error = #expect(throws: LayoutError.self) { _ = try layout(skip: ["F"], trailer: "FIN") }
    #expect(error?.key == "skip")
  }
}
