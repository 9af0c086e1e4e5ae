import Archive
import Foundation
import TestSupport
import Testing

@Suite struct ZIPReaderTests {
  /// Made by Python's `zipfile`, packed by deflate: as usual, with sizes after the content, and with a folder.
  private static let deflated =
    "UEsDBBQAAAAIAABgHF0LL+3jGwAAANACAAAFAAAAYS5jc3ZzNbR29TW0MDAztLRO1EsuLuNyHRUZFRmyIgBQSwMEFAAA"
    + "AAgAAGAcXQh9TD4fAAAAIAMAAAcAAABkL2IuY3N2czW0dvU1tDAwM7S0TtFP0ksuLuNyHRUbFRsVA4sBAFBLAQIUAxQA"
    + "AAAIAABgHF0LL+3jGwAAANACAAAFAAAAAAAAAAAAAACAAQAAAABhLmNzdlBLAQIUAxQAAAAIAABgHF0IfUw+HwAAACAD"
    + "AAAHAAAAAAAAAAAAAACAAT4AAABkL2IuY3N2UEsFBgAAAAACAAIAaAAAAIIAAAAAAA=="
  private static let streamed =
    "UEsDBBQACAAIAABgHF0AAAAAAAAAAAAAAAAFAAAAYS5jc3ZzNbR29TW0MDAztLRO1EsuLuNyHRUZFRmyIgBQSwcICy/t"
    + "4xsAAADQAgAAUEsDBBQACAAIAABgHF0AAAAAAAAAAAAAAAAFAAAAYi5jc3ZzNbR29TW0MDAztLRO0ksuLuNyHRUZFRmy"
    + "IgBQSwcIJtfFdhsAAADQAgAAUEsBAhQDFAAIAAgAAGAcXQsv7eMbAAAA0AIAAAUAAAAAAAAAAAAAAIABAAAAAGEuY3N2"
    + "UEsBAhQDFAAIAAgAAGAcXSbXxXYbAAAA0AIAAAUAAAAAAAAAAAAAAIABTgAAAGIuY3N2UEsFBgAAAAACAAIAZgAAAJwA"
    + "AAAAAA=="
  private static let folder =
    "UEsDBBQAAAAIAABgHF0AAAAAAgAAAAAAAAACAAAAZC8DAFBLAwQUAAAICAAAYBxde58dzSAAAABIAwAACAAAAGQvw6ku"
    + "Y3N2czW0dvU1tDAwM7S0TtE/vFIvubiMy3VUcFRwVJAUQQBQSwECFAMUAAAACAAAYBxdAAAAAAIAAAAAAAAAAgAAAAAA"
    + "AAAAAAAAgAEAAAAAZC9QSwECFAMUAAAICAAAYBxde58dzSAAAABIAwAACAAAAAAAAAAAAAAAgAEiAAAAZC/DqS5jc3ZQ"
    + "SwUGAAAAAAIAAgBmAAAAaAAAAAAA"

  private func bytes(_ text: String) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: text)))
  }

  @Test(arguments: [1, 7, 64, 1_000_000])
  func whatOtherProgramsPackIsUnpackedHoweverItIsCut(size: Int) throws {
    let usual = Unpacked(try bytes(Self.deflated), chunks: size)
    #expect(usual.failure == nil)
    #expect(usual.list == ["a.csv 720", "d/b.csv 800"])
    #expect(usual.members[0].content.starts(with: Array("E1;EM180619;a.csv\n".utf8)))
    let streamed = Unpacked(try bytes(Self.streamed), chunks: size)
    #expect(streamed.failure == nil)
    #expect(streamed.list == ["a.csv 720", "b.csv 720"])
    let folder = Unpacked(try bytes(Self.folder), chunks: size)
    #expect(folder.failure == nil)
    #expect(folder.list == ["d/ 0", "d/é.csv 840"])
  }

  @Test(arguments: [1, 13, 1_000_000])
  func filesThatAreNotPackedComeOutAsTheyWentIn(size: Int) {
    let members: [ZIPFile.Member] = [
      .init("a.csv", "one\n"), .init("empty", ""), .init("b", [UInt8](repeating: 7, count: 70_000)),
    ]
    let unpacked = Unpacked(ZIPFile(members).bytes, chunks: size)
    #expect(unpacked.failure == nil)
    #expect(unpacked.members.map(\.content) == members.map(\.content))
    #expect(unpacked.members.existAndAll { $0.isWhole })
  }

  @Test
  func anArchiveWithoutMembersIsOne() {
    let bytes = ZIPFile([]).bytes
    #expect(ZIPReader.recognises(bytes))
    #expect(Unpacked(bytes) == Unpacked(bytes, chunks: 1))
    #expect(Unpacked(bytes).failure == nil)
    #expect(!ZIPReader.recognises(Array("PKW;1".utf8)))
    #expect(!ZIPReader.recognises([]))
  }

  @Test
  func whereverAnArchiveIsCutItIsNotCompleteAndMayBeLater() throws {
    for bytes in [try bytes(Self.deflated), try bytes(Self.streamed)] {
      for length in 4..<bytes.count {
        guard case .incomplete? = Unpacked(Array(bytes[..<length])).failure else {
          Issue.record(
            "cut after \(length) bytes: \(String(describing: Unpacked(Array(bytes[..<length])).failure))"
          )
          continue
        }
      }
    }
  }

  @Test
  func anyChangedBitOfPackedDataIsFound() throws {
    let good = try bytes(Self.deflated)
    for place in 35..<62 {
      var bad = good
      bad[place] ^= 0x10
      #expect(Unpacked(bad).failure != nil, "byte \(place)")
    }
  }

  @Test
  func aFailureStays() throws {
    var reader = ZIPReader()
    reader.supply(ZIPFile([.init("../a", "x")]).bytes)
    for _ in 1...3 {
      #expect(throws: ArchiveFailure.self) { _ = try reader.next() }
    }
  }

  @Test
  func aReaderThatIsLeftInTheMiddleEndsItsThread() throws {
    for _ in 1...200 {
      var reader = ZIPReader()
      reader.supply(
        Array(ZIPFile([.init("a", [UInt8](repeating: 1, count: 9_000))]).bytes[..<5_000]))
      guard case .member = try reader.next(), case .piece = try reader.next() else {
        Issue.record("no piece")
        return
      }
    }
  }
}
