import Carrier
import Contract
import Status
import Testing
import TrackingFile
import Views

/// What people and scripts see of a checked file.
@Suite struct FileCheckReportTests {
  private func row(
    _ line: Int, _ fate: CheckedRow.Fate, rule: String? = nil
  ) throws -> CheckedRow {
    let account = try #require(AccountPair(account: "E1", accountID: "EM180619"))
    var content = CheckedRow.Content(
      account: account, parcel: "991122334455",
      time: EventTime(seconds: 1_787_910_130, precision: .minute))
    content.code = "LIV"
    if let rule {
      content.mapped = MappedMeaning(
        meaning: Meaning(status: .delivered, mode: .letterbox), rule: rule)
      content.rulePlace = "/etc/colisd/status-map.yaml:12:8"
    }
    return CheckedRow(line: line, fate: fate, content: content)
  }

  @Test func eachRowHasALineWithRuleGateAndStore() throws {
    var report = FileCheckReport(file: "a.csv", layout: "colisprive version 1")
    report.rows = [
      try row(2, .stored(file: "b.csv", line: 7), rule: "own 1: code \"LIV\""),
      try row(3, .held(.unknownAccount)), try row(4, .repeated(line: 2)),
      CheckedRow(line: 5, fate: .rejected(.dateMalformed), content: nil, raw: "E1;\u{1B}[2J"),
    ]
    for row in report.rows { report.counts.count(row.fate) }
    let lines = report.text.split(separator: "\n").map(String.init)
    let stored = try #require(lines.first { $0.contains("has it from b.csv:7") })
    #expect(stored.contains("delivered (letterbox)"))
    #expect(stored.contains("status-map.yaml:12:8 code \"LIV\""))
    #expect(!stored.contains("/etc/"))
    #expect(lines.contains { $0.contains("unmapped: LIV") && $0.contains("held: unknown-account") })
    #expect(lines.contains { $0.contains("same as line 2") })
    #expect(
      lines.contains { $0.contains("rejected: date-malformed") && $0.contains("E1;\\u{1B}[2J") })
    #expect(
      lines.last
        == "4 rows: 0 new, 1 in the store already, 1 repeated, 1 held, 0 skipped, 1 rejected")
    #expect(!report.isGood)
  }

  @Test func aRowsPlaceIsWholeInJSON() throws {
    var report = FileCheckReport(file: "a.csv", layout: "colisprive version 1")
    report.rows = [try row(2, .new, rule: "own 1: code \"LIV\"")]
    report.counts.count(.new)
    let json = report.json.text
    #expect(json.contains("\"rule_at\":\"/etc/colisd/status-map.yaml:12:8\""))
    #expect(json.contains("\"fate\":\"new\",\"reason_against\":null"))
    #expect(json.contains("\"stored\":null"))
    #expect(report.isGood)
  }

  @Test func missingAndUnusedColumnsAreNamed() {
    var report = FileCheckReport(file: "a.csv", layout: "colisprive version 1")
    report.columns = Layout.colisPrive.columns(
      under: Array("CPCustoID;AccountID;CPPclCode;StsCode;StsDate;Poids".utf8))
    report.unused = Layout.colisPrive.unusedNames(
      in: Array("CPCustoID;AccountID;CPPclCode;StsCode;StsDate;Poids".utf8))
    let text = report.text
    #expect(text.contains("columns  account CPCustoID (1), account-id AccountID (2), parcel "))
    #expect(text.contains("missing  order, label, site, postcode, country\n"))
    #expect(text.contains("unused   Poids\n"))
  }
}
