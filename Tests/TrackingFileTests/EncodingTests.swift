import Foundation
import Testing
import TrackingFile

struct EncodingTests {
  private static let label =
    "Votre colis a été livré à l’expéditeur ; reçu, Noël, où, ÿ, œuf, 10 €, «ç»"
  private static let text = Sample.file([
    Sample.row(label: "\"\(label)\""), Sample.row(label: "Retourné à l'expéditeur"),
  ])

  private static func bytes(_ text: String, _ encoding: String.Encoding) throws -> [UInt8] {
    Array(try #require(text.data(using: encoding)))
  }

  @Test
  func theSameTextComesOutOfUTF8OfUTF8WithAByteOrderMarkAndOfWindows1252() throws {
    let utf8 = Reading(Array(Self.text.utf8))
    let marked = Reading([0xef, 0xbb, 0xbf] + Array(Self.text.utf8))
    let windows = Reading(try Self.bytes(Self.text, .windowsCP1252))
    #expect(utf8.rows.map(\.label) == [Self.label, "Retourné à l'expéditeur"])
    for reading in [marked, windows] {
      #expect(reading.failure == nil)
      #expect(reading.malformed.isEmpty)
      #expect(reading.rows.map(\.label) == utf8.rows.map(\.label))
      #expect(reading.rows.map(\.line) == [2, 3])
    }
  }

  @Test
  func iso88591IsReadAsWindows1252OfWhichItIsAPart() throws {
    let text = Sample.file([Sample.row(label: "Livré à Besançon, où ÿ «»")])
    let latin1 = Reading(try Self.bytes(text, .isoLatin1))
    #expect(latin1.rows.map(\.label) == ["Livré à Besançon, où ÿ «»"])
    #expect(latin1.rows.map(\.label) == Reading(text).rows.map(\.label))
  }

  @Test
  func everyByteOfWindows1252IsTheCharacterThatFoundationTakesItFor() throws {
    let layout = try Sample.layout(encoding: .windows1252)
    for byte in UInt8(0x80)...UInt8.max {
      guard let text = String(bytes: [byte], encoding: .windowsCP1252), !text.isEmpty else {
        // Five bytes are unassigned; Foundation may have no character for them.
        #expect([0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(byte))
        continue
      }
      let line = Array(Sample.row(label: "#").utf8).flatMap {
        $0 == 0x23 ? [0x78, byte, 0x79] : [$0]
      }
      let reading = Reading(Array(Sample.header.utf8) + line, layout)
      #expect(reading.rows.map(\.label) == ["x" + text + "y"])
    }
  }

  @Test
  func linesOfSeveralSystemsInOneFileAreEachReadRight() throws {
    let first = Array((Sample.row(label: "Livré") + "\n").utf8)
    let second = try Self.bytes(Sample.row(label: "Livré"), .windowsCP1252)
    let reading = Reading(Array(Sample.header.utf8) + first + second)
    #expect(reading.rows.map(\.label) == ["Livré", "Livré"])
  }

  @Test
  func whereTheLayoutInsistsOnUTF8AnotherLineIsMalformed() throws {
    let layout = try Sample.layout(encoding: .utf8)
    let bad = try Self.bytes(Sample.row(label: "Livré"), .windowsCP1252)
    let good = Array((Sample.row(label: "Livré") + "\n").utf8)
    let reading = Reading(Array(Sample.header.utf8) + good + bad + [0x0a] + good, layout)
    #expect(reading.malformed == [BadLine(line: 3, reason: .notUTF8, raw: bad)])
    #expect(reading.rows.map(\.label) == ["Livré", "Livré"])
  }

  @Test
  func whereTheLayoutSaysWindows1252BytesThatLookLikeUTF8AreNotTakenForIt() throws {
    let layout = try Sample.layout(encoding: .windows1252)
    #expect(Reading(Sample.file([Sample.row(label: "é")]), layout).rows.map(\.label) == ["Ã©"])
  }

  private static func utf16(
    _ text: String, _ encoding: String.Encoding, marked: Bool = true
  ) throws -> [UInt8] {
    try bytes((marked ? "\u{feff}" : "") + text, encoding)
  }

  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
  func utf16IsReadWithAndWithoutAByteOrderMarkWhereverItIsCut(encoding: String.Encoding) throws {
    let text = Sample.file([Sample.row(label: "Livré 📦 à"), "x", Sample.row(label: "œuf, 10 €")])
    let bytes = try Self.utf16(text, encoding)
    let whole = Reading(bytes)
    #expect(whole == Reading(text))
    #expect(whole.rows.map(\.label) == ["Livré 📦 à", "œuf, 10 €"])
    for size in [1, 2, 3, 7, 64] { #expect(Reading(bytes, chunkSize: size) == whole) }
    // What it was made of decides, whatever the layout says of other files.
    for declared in TextEncoding.allCases {
      let layout = try Sample.layout(encoding: declared)
      #expect(Reading(bytes, layout).rows.map(\.label) == whole.rows.map(\.label))
    }
    // Without a mark the zero bytes of its first characters tell.
    let unmarked = try Self.utf16(text, encoding, marked: false)
    for size in [1, 3, 4, 64] { #expect(Reading(unmarked, chunkSize: size) == whole) }
  }

  @Test
  func aUTF16FileOfSeveralBatchesPackedOrNotIsTheSameAsUTF8() async throws {
    let lines = (0..<9_000).map { Sample.row(order: "CMD-\($0)", label: "Livré à l’été") }
    let text = Sample.file(lines)
    let bytes = try Self.utf16(text, .utf16LittleEndian)
    let rows = Reading(text).rows
    for file in [bytes, try await gzipped(bytes)] {
      let reading = Reading(file, chunkSize: 10_007)
      #expect(reading.failure == nil && reading.batches.count > 3)
      #expect((reading.rows == rows) as Bool)
    }
  }

  @Test
  func halfASurrogateBecomesUPlusFFFDAFileThatEndsWithinACharacterIsNotComplete() throws {
    let mark = "#"
    func file(_ units: [UInt16]) throws -> [UInt8] {
      let text = Sample.file([Sample.row(label: mark), Sample.row()])
      return [0xff, 0xfe]
        + text.utf16.flatMap { $0 == 0x23 ? units : [$0] }.flatMap {
          [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
    }
    for (units, label) in [
      ([0x78, 0xd83d, 0x79], "x\u{fffd}y"), ([0x78, 0xdce6, 0x79], "x\u{fffd}y"),
      ([0xd83d, 0xd83d, 0xdce6], "\u{fffd}📦"),
    ] as [([UInt16], String)] {
      #expect(Reading(try file(units)).rows.map(\.label) == [label, "Livre"])
    }
    let whole = try file([0x78])
    for cut in [Array(whole.dropLast()), whole + [0x3d, 0xd8]] {
      let reading = Reading(cut)
      #expect(reading.failure?.mayHeal == true)
      #expect(reading.rows == Reading(whole).rows.prefix(reading.rows.count).map { $0 })
    }
  }
}
