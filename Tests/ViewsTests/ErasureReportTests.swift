import Carrier
import Testing
import Views

/// What `colisd erase` says that it has done.
@Suite struct ErasureReportTests {
  @Test func copiesThatAreRemovedAsAWholeAreNamed() throws {
    var report = ErasureReport(
      try #require(ParcelNumber(any: "991122334455")), accountIDs: ["EM180619"])
    report.copies = 5
    report.removedCopies = 3
    report.removedPaths = ["out/a.zip", "out/b\u{1b}.zip"]
    #expect(report.text.contains("2 copies of files were rewritten without its lines\n"))
    #expect(report.text.contains("3 copies of files were removed as a whole"))
    #expect(report.text.contains(": out/a.zip, out/b") && report.text.contains(" and 1 more\n"))
    #expect(!report.text.contains("\u{1b}"))
    #expect(report.json.text.contains(#""copies":5,"copies_removed":3"#))
  }
}
