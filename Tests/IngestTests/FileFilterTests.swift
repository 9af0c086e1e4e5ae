import Ingest
import Testing

@Suite struct FileFilterTests {
  private let filter = FileFilter(
    include: ["*.csv", "*.csv.gz"], exclude: [".*", "*.tmp", "*.part", "*.filepart"])

  @Test(arguments: [
    ("TRK.csv", true), ("TRK.csv.gz", true), ("TRK.CSV", true), ("Trk.Csv.GZ", true),
    (".TRK.csv", false),
    ("TRK.csv.filepart", false), ("TRK.csv.part", false), ("TRK.txt", false), ("-rf.csv", true),
    ("a\nb.csv", true), ("", false),
  ])
  func namesAreJudgedByThePatterns(name: String, isAdmitted: Bool) {
    #expect(filter.admits(Array(name.utf8)) == isAdmitted)
  }

  @Test(arguments: [
    ("TRK.txt", true), ("TRK.csv", false), (".hidden", false), ("TRK.tmp", false),
  ])
  func onlyANameThatNoPatternMatchesIsMissed(name: String, isMissed: Bool) {
    #expect(filter.misses(Array(name.utf8)) == isMissed)
  }

  @Test
  func aNameThatIsNoUTF8IsJudgedByItsBytes() {
    #expect(filter.admits([0xe9] + Array(".csv".utf8)))
    #expect(!filter.admits([0xe9] + Array(".tmp".utf8)))
  }
}
