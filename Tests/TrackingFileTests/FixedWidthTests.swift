import Carrier
import Foundation
import Testing
import TrackingFile

struct FixedWidthTests {
  private static let spans: [Layout.Column: [Layout.Span]] = [
    .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 10)],
    .parcel: [.init(start: 13, width: 17)], .code: [.init(start: 30, width: 5)],
    .label: [.init(start: 35, width: 20)], .date: [.init(start: 55, width: 19)],
    .postcode: [.init(start: 74, width: 5)],
  ]

  private static func layout(
    _ encoding: TextEncoding = .auto, trailer: String? = nil
  ) throws -> Layout {
    try Layout(
      name: "fixed", version: "1", format: .fixedWidth(spans: spans),
      options: .init(encoding: encoding, trailer: trailer.map { Layout.Trailer(marker: $0) }))
  }

  private static func line(
    label: String = "Livré à Besançon", date: String = "28/08/2026 11:42:10",
    postcode: String = "25000"
  ) -> String {
    func field(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: width - text.count)
    }
    return field("E1", 2) + field("EM180619", 10) + field("991122334455", 17) + field("LIV", 5)
      + field(label, 20) + field(date, 19) + postcode
  }

  @Test(arguments: [
    String.Encoding.utf8, .windowsCP1252,
  ])
  func columnsStandAtPlacesCountedInCharacters(encoding: String.Encoding) throws {
    let bytes = Array(try #require((Self.line() + "\n").data(using: encoding)))
    let reading = Reading(bytes, try Self.layout())
    #expect(reading.malformed.isEmpty)
    let row = reading.rows.first
    #expect(row?.line == 1)
    #expect(row?.account == "E1 / EM180619")
    #expect(row?.parcel == "991122334455")
    #expect(row?.code == "LIV")
    #expect(row?.label == "Livré à Besançon")
    #expect(row?.time == EventTime(seconds: 1_787_910_130, precision: .second))
    #expect(row?.postcode == "25000")
    #expect(row?.order == nil)
  }

  @Test
  func whereTheLayoutSaysWindows1252PlacesCountBytes() throws {
    let bytes = Array(try #require(Self.line().data(using: .windowsCP1252)))
    let reading = Reading(bytes, try Self.layout(.windows1252))
    #expect(reading.rows.map(\.label) == ["Livré à Besançon"])
    #expect(reading.rows.map(\.postcode) == ["25000"])
  }

  @Test
  func aLineMayEndWhereItsLastColumnsAreEmptyButMustReachTheNeededOnes() throws {
    let short = Self.line(postcode: "")
    let cut = String(Self.line().prefix(57))
    let shorter = String(Self.line().prefix(54))
    let reading = Reading(
      [short, cut, shorter, Self.line()].joined(separator: "\r\n"), try Self.layout())
    #expect(reading.rows.map(\.line) == [1, 4])
    #expect(reading.rows.map(\.postcode) == [nil, "25000"])
    #expect(reading.malformed.map(\.line) == [2, 3])
    #expect(reading.reasons == [.dateMalformed, .lineTooShort])
  }

  @Test
  func blankLinesNULBytesAndLongLinesAreHandledAsInDelimitedFiles() throws {
    let long = Self.line() + String(repeating: "x", count: Layout.longestLine)
    let longer = Self.line() + String(repeating: "x", count: 2 * TrackingFileReader.batchSize)
    let text = ["", Self.line(), "   ", Self.line(label: "a\u{0}b"), long, longer, Self.line()]
    let reading = Reading(text.joined(separator: "\n"), try Self.layout())
    #expect(reading.rows.map(\.line) == [2, 7])
    #expect(reading.malformed.map(\.line) == [4, 5, 6])
    #expect(reading.reasons == [.nulByte, .lineTooLong, .lineTooLong])
  }

  @Test
  func aRecordLongerThanItsColumnsIsRejectedUnlessBlanksFollow() throws {
    let two = Self.line() + Self.line()
    let lines = [Self.line() + "   \u{a0}", two, Self.line() + "x", Self.line(label: "É")]
    let reading = Reading(lines.joined(separator: "\n"), try Self.layout())
    #expect(reading.rows.map(\.line) == [1, 4])
    #expect(reading.reasons == [.lineTooLong, .lineTooLong])
    #expect(reading.malformed.first?.raw == Array(two.utf8))
    // Without any line end the whole file is one such record.
    #expect(Reading(two, try Self.layout()).reasons == [.lineTooLong])
  }

  @Test
  func lineEndsOfACarriageReturnAloneAreLineEndsAndElsewhereNoneIsInARecord() throws {
    let lines = [Self.line(), Self.line(label: "où")]
    #expect(
      Reading(lines.joined(separator: "\r"), try Self.layout())
        == Reading(lines.joined(separator: "\n"), try Self.layout()))
    let reading = Reading(
      Self.line() + "\n" + lines.joined(separator: "\r") + "\n" + Self.line(label: "a\rb") + "\n",
      try Self.layout())
    #expect(reading.rows.map(\.line) == [1])
    #expect(reading.reasons == [.carriageReturn, .carriageReturn])
  }

  @Test
  func aTrailerClosesAFixedWidthFileAsWell() throws {
    let layout = try Self.layout(trailer: "FIN")
    #expect(Reading(Self.line() + "\nFIN00001\n", layout).failure == nil)
    #expect(
      Reading(Self.line() + "\nFIN00002\n", layout).failure
        == .trailerMismatch(declared: 2, read: 1))
  }

  @Test
  func everyCutOfAFixedWidthFileGivesTheSameResult() throws {
    let layout = try Self.layout()
    let text = [Self.line(), "kurz", Self.line(label: "où"), "", Self.line()]
    let bytes = [0xef, 0xbb, 0xbf] + Array(text.joined(separator: "\r\n").utf8)
    let whole = Reading(bytes, layout)
    #expect(whole.rows.count == 3)
    for place in 1..<bytes.count {
      #expect(Reading(bytes, layout, firstChunk: place) == whole)
    }
    #expect(Reading(bytes, layout, chunkSize: 1) == whole)
  }
}
