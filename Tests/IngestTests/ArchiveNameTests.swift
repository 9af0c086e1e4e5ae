import Ingest
import SFTP
import Testing

@Suite struct ArchiveNameTests {
  private func names(_ name: [UInt8]) throws -> [[UInt8]] {
    let name = try #require(RemoteName(name))
    return ArchiveName.candidates(for: name, digest: "01234567", number: 42).map(\.bytes)
  }

  @Test func theOwnNameComesFirstAndAllDiffer() throws {
    let names = try names(Array("a.csv".utf8)).map { String(decoding: $0, as: UTF8.self) }
    #expect(
      names.prefix(4) == ["a.csv", "a.csv.01234567", "a.csv.01234567.42", "a.csv.01234567.42.2"])
    #expect(names.count > 50 && Set(names).count == names.count)
  }

  @Test(
    arguments: [
      (Array(repeating: UInt8(ascii: "L"), count: 251) + Array(".csv".utf8), ".csv"),
      (Array(repeating: UInt8(ascii: "L"), count: 244) + Array(".csv.gz".utf8), ".csv.gz"),
      (Array(repeating: UInt8(ascii: "L"), count: 255), ""),
      (Array("L".utf8) + Array(repeating: UInt8(ascii: "."), count: 254), "."),
      (Array(String(repeating: "é", count: 125).utf8) + Array(".csv".utf8), ".csv"),
      (Array(repeating: 0xe9, count: 251) + Array(".csv".utf8), ".csv"),
      (Array(repeating: 0x80, count: 255), ""),
    ] as [([UInt8], String)])
  func noNameIsLongerThan255BytesAndItsEndingStays(_ name: [UInt8], _ ending: String) throws {
    let names = try names(name)
    #expect(names.first == name && Set(names).count == names.count && names.count > 2)
    for candidate in names {
      #expect(candidate.count <= 255)
      let text = String(decoding: candidate, as: UTF8.self)
      #expect(candidate == name || text.contains(ending + ".01234567"))
      if String(validating: name, as: UTF8.self) != nil {
        #expect(String(validating: candidate, as: UTF8.self) != nil, "a letter was cut")
      }
    }
  }
}
