import Ingest
import Testing

@Suite struct SidecarPatternTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func stands(_ sidecar: String, for file: String, by text: String) throws -> Bool {
    let pattern = try #require(SidecarPattern(text))
    guard let stem = pattern.stem(of: bytes(sidecar)) else { return false }
    return SidecarPattern.stems(of: bytes(file)).contains(stem)
  }

  @Test(arguments: [
    ("A.csv.ok", "A.csv", true), ("A.ok", "A.csv", true), ("a.OK", "A.CSV", true),
    ("A.ok", "A.csv.gz", true), ("A.csv.ok", "A.csv.gz", true), ("A.csv.gz.ok", "A.csv.gz", true),
    ("B.ok", "A.csv", false), ("A.ok", "AB.csv", false), ("TRK.ok", "TRK.20260828.csv", false),
    (".ok", "A.csv", false), ("A.csv", "A.csv", false), ("A.ok", "A", true),
  ])
  func theStarStandsForTheNameWithOrWithoutItsEnding(
    sidecar: String, file: String, isIts: Bool
  ) throws {
    #expect(try stands(sidecar, for: file, by: "*.ok") == isIts)
  }

  @Test
  func theStarMayStandAnywhere() throws {
    #expect(try stands("done-A.csv.txt", for: "A.csv", by: "done-*.txt"))
    #expect(try !stands("done-.txt", for: ".txt", by: "done-*.txt"))
  }

  @Test(arguments: ["", "*", "ok", "*.*", "flags/*.ok"])
  func aPatternThatCannotTellSidecarsApartIsNone(text: String) {
    #expect(SidecarPattern(text) == nil)
  }
}
