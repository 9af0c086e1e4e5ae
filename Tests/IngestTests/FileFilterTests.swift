import Ingest
import Testing

@Suite struct FileFilterTests {
  private let filter = FileFilter(
    include: ["*.csv", "*.csv.gz"], exclude: [".*", "*.tmp", "*.part", "*.filepart"])

  @Test(
    "names are judged by the patterns",
    arguments: [
      ("TRK.csv", true), ("TRK.csv.gz", true), ("TRK.CSV", false), (".TRK.csv", false),
      ("TRK.csv.filepart", false), ("TRK.csv.part", false), ("TRK.txt", false), ("-rf.csv", true),
      ("a\nb.csv", true), ("", false),
    ])
  func names(name: String, isAdmitted: Bool) {
    #expect(filter.admits(Array(name.utf8)) == isAdmitted)
  }

  @Test("a name that is no UTF-8 is judged by its bytes")
  func latin1() {
    #expect(filter.admits([0xe9] + Array(".csv".utf8)))
    #expect(!filter.admits([0xe9] + Array(".tmp".utf8)))
  }
}
