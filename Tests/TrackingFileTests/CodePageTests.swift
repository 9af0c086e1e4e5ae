import Testing
import TrackingFile

/// Encodings that a layout names, and what looks like another one than it is.
struct CodePageTests {
  private static let label = "Livré à l'été, où, Noël ç"

  /// A file of one row whose label has these bytes.
  private func file(_ label: [UInt8]) -> [UInt8] {
    let parts = Sample.file([Sample.row(label: "#")]).split(separator: "#").map { Array($0.utf8) }
    return parts[0] + label + parts[1]
  }

  private func label(_ bytes: [UInt8], _ encoding: TextEncoding) throws -> String? {
    Reading(file(bytes), try Sample.layout(encoding: encoding)).rows.first?.label
  }

  private func doubt(_ bytes: [UInt8], _ encoding: TextEncoding = .auto) throws -> TextDoubt? {
    var reader = TrackingFileReader(layout: try Sample.layout(encoding: encoding))
    reader.supply(file(bytes))
    reader.finish()
    while case .batch = try reader.next() {}
    return reader.doubt
  }

  /// As code page 850 has it.
  private static let dos: [UInt8] =
    Array("Livr".utf8) + [0x82, 0x20, 0x85, 0x20] + Array("l'".utf8) + [0x82, 0x74, 0x82]
    + Array(", o".utf8) + [0x97] + Array(", No".utf8) + [0x89] + Array("l ".utf8) + [0x87]

  @Test
  func codePage850IsReadWhereTheLayoutSaysSo() throws {
    #expect(try label(Self.dos, .cp850) == Self.label)
    // A no-break space at the end is a blank there, and 0xa0 a letter.
    #expect(try label([0x78, 0xa0, 0xff], .cp850) == "xá")
    #expect(try label([0xa0, 0xd5, 0x9b], .cp850) == "áıø")
  }

  @Test
  func iso885915DiffersInTheEuroSignAndSevenLetters() throws {
    let bytes: [UInt8] = [0xa4, 0xa6, 0xa8, 0xb4, 0xb8, 0xbc, 0xbd, 0xbe, 0xe9, 0x78]
    #expect(try label(bytes, .latin9) == "€ŠšŽžŒœŸéx")
    #expect(try label(bytes, .windows1252) == "¤¦¨´¸¼½¾éx")
  }

  @Test
  func whatLooksLikeCodePage850IsADoubtOfTheFile() throws {
    #expect(try doubt(Self.dos) == .codePage850)
    #expect(try doubt(Self.dos, .windows1252) == .codePage850)
    #expect(try doubt(Self.dos, .cp850) == nil)
    #expect(try doubt(Array("livr".utf8) + [0x82]) == .codePage850)
    #expect(try doubt(Array("No".utf8) + [0x89] + Array("l".utf8)) == .codePage850)
  }

  @Test
  func utf8EncodedTwiceIsADoubtAsWell() throws {
    #expect(try doubt(Array("livrÃ©".utf8)) == .encodedTwice)
    #expect(try doubt(Array("livrÃ©".utf8), .utf8) == .encodedTwice)
    #expect(try doubt(Array("Ã‰tat".utf8)) == .encodedTwice)
    #expect("\(TextDoubt.encodedTwice)".contains("Ã© for é"))
  }

  @Test(arguments: [TextEncoding.auto, .windows1252])
  func ordinaryTextsRaiseNoDoubt(encoding: TextEncoding) throws {
    let windows: [[UInt8]] = [
      Array("l".utf8) + [0x92] + Array("exp".utf8) + [0xe9] + Array("diteur".utf8),
      [0x93] + Array("livr".utf8) + [0xe9, 0x94, 0x85], [0x8c] + Array("uvre".utf8),
      Array("a ".utf8) + [0x96] + Array(" b ".utf8) + [0x80],
      Array("c".utf8) + [0x9c] + Array("ur".utf8),
      Array("livr".utf8) + [0xe9, 0x2e, 0x20, 0x83, 0x20],
    ]
    for bytes in windows { #expect(try doubt(bytes, encoding) == nil) }
    #expect(try doubt(Array("Livré à l’été, où, Noël ç, Ángel, ÂGE, SÃO".utf8)) == nil)
    #expect(try doubt(Array("Livre".utf8), encoding) == nil)
  }

  @Test(arguments: [[0x78, 0x00], [0x00, 0x78]] as [[UInt8]])
  func utf16ByNameIsReadFromOneCharacterOn(first: [UInt8]) throws {
    let layout = try Sample.layout(encoding: .utf16)
    let isBig = first[0] == 0
    let text = Sample.file([Sample.row(label: "Livré")])
    func utf16(_ text: String) -> [UInt8] {
      text.utf16.flatMap { unit -> [UInt8] in
        let bytes = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
        return isBig ? bytes : bytes.reversed()
      }
    }
    #expect(Reading(utf16(text), layout).rows.map(\.label) == ["Livré"])
    // A file that is not UTF-16 is read as what it is.
    #expect(Reading(text, layout).rows.map(\.label) == ["Livré"])
  }

  @Test
  func aTextFileWithNULsIsNotUTF16() throws {
    let reading = Reading(Sample.file([Sample.row(label: "a\0b"), Sample.row()]))
    #expect(reading.reasons == [.nulByte] && reading.rows.count == 1)
  }
}
