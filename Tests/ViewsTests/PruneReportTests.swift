import Testing
import Views

struct PruneReportTests {
  @Test
  func oneRowIsGone() {
    var report = PruneReport(isDry: false)
    report.heldRows = 1
    #expect(report.text.contains("1 held row is gone\n"))
    report.heldRows = 2
    #expect(report.text.contains("2 held rows are gone\n"))
  }
}
