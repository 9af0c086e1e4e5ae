import TestSupport
import Testing

/// Files as merchants hold them, read by layouts as they would write them.
@Suite struct MerchantFileTests {
  /// A workspace whose layout is this one.
  private func workspace(_ layout: String) throws -> Workspace {
    let workspace = try Workspace()
    var settings = Settings(
      port: 22, username: "dupont",
      hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", directory: "/out")
    settings.source["password"] = try workspace.secret("drop", "s3cret")
    settings.layout = ["file": "layout.yaml"]
    try workspace.configure(settings)
    try workspace.folder.write("layout.yaml", "name: x\n" + layout)
    return workspace
  }

  private func ingest(
    _ file: String, as name: String = "a.csv", _ workspace: Workspace, _ status: Int32? = Exit.done,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    try workspace.folder.write(name, file)
    let result = try await workspace.run("ingest", name)
    if let status {
      #expect(result.status == status, "\(result.standardError)", sourceLocation: sourceLocation)
    }
    return result
  }

  @Test func aScanFileThatNamesNoAccountIsReadAndItsNumbersAreFound() async throws {
    let workspace = try workspace(
      """
      number: any
      time-formats: ["yyyyMMddHHmmss"]
      columns: { account: { value: E1 }, account-id: { value: EM180619 }, parcel: PARCELNO,
        code: SCAN_CODE, date: SCAN_DATE_TIME, site: DEPOT_CODE, postcode: CONSIGNEE_ZIP }
      """)
    _ = try await ingest(
      """
      PARCELNO;SCAN_CODE;DEPOT_CODE;SCAN_DATE_TIME;CONSIGNEE_ZIP;
      05300000000011;13;0521;20260828114210;75012;
      ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456;13;0521;20260828114210;75012;

      """, workspace)
    for number in ["05300000000011", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"] {
      let parcel = try await workspace.json("parcel", number)
      #expect(parcel.parcel == .string(number) && parcel.account == "E1")
      #expect(parcel.events.elements.map(\.code) == ["13"])
      #expect(parcel.events.elements.map(\.occurred_at) == ["2026-08-28T11:42:10+02:00"])
      #expect(parcel.tracking_url == .null)
    }
    #expect(try await workspace.run("parcel", "05300000000012").status == Exit.notFound)
  }

  @Test func columnsAreNumbersWhereThereIsNoHeader() async throws {
    let workspace = try workspace(
      """
      header: false
      number: any
      time-formats: ["yyyyMMddHH:mm"]
      columns: { account: 1, account-id: 2, parcel: 3, code: 5, date: 7 }
      """)
    _ = try await ingest("X;6A;12345678901;CMD-1;LIV;CFM;2026082811:42;;75012;PARIS\n", workspace)
    let held = try await workspace.json("held").elements
    #expect(held.map(\.account) == ["X"] && held.map(\.account_id) == ["6A"])
    #expect(held.map(\.reason) == ["unknown-account"])
  }

  @Test func dateAndTimeStandApart() async throws {
    let workspace = try workspace(
      """
      columns: { account: CPCustoID, account-id: AccountID, parcel: CPPclCode, code: StsCode,
        date: [StsDate, StsTime] }
      """)
    _ = try await ingest(
      """
      CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;StsTime;SiteCode;CsgZipCode;Country
      E1;EM180619;991122334455;CMD-1;LIV;Votre colis a été livré;28/08/2026;11:42:10;75A;75012;FR

      """, workspace)
    let events = try await workspace.json("parcel", "991122334455").events.elements
    #expect(events.map(\.occurred_at) == ["2026-08-28T11:42:10+02:00"])
    #expect(events.map(\.precision) == ["second"])
  }

  @Test(arguments: ["FIN", "FIN;1", "FIN;;;"])
  func aClosingLineMayHaveNoCount(closing: String) async throws {
    let workspace = try workspace(
      """
      columns: { account: CPCustoID, account-id: AccountID, parcel: CPPclCode, code: StsCode, label: StsDesc, date: StsDate }
      trailer: { marker: FIN }
      """)
    let rows = """
      CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country
      E1;EM180619;991122334455;CMD-1;LIV;Votre colis a été livré;28/08/2026 11:42:10;75A;75012;FR

      """
    _ = try await ingest(rows + closing, workspace)
    let files = try await workspace.json("files").elements
    #expect(files.map(\.state) == ["ingested"] && files.map(\.events_new) == [1])
    // Another file has no closing line, or one with another count.
    _ = try await ingest(rows, as: "b.csv", workspace, nil)
    _ = try await ingest(rows + "FIN;2\n", as: "c.csv", workspace, nil)
    let others = try await workspace.json("files").elements.filter { $0.state != "ingested" }
    #expect(Set(others.compactMap(\.state.string)) == ["settling", "failed"])
  }

  @Test func oneDigitDaysAndOtherTimesAreReadByTheirPatterns() async throws {
    let workspace = try workspace(
      """
      time-formats: ["d/M/yyyy H'h'mm", "MM-dd-yy hh:mm a", epoch-seconds, auto]
      columns: { account: a, account-id: i, parcel: p, code: c, date: d }
      """)
    let times = ["1/9/2026 9h05", "09-01-26 09:06 AM", "1788246420", "1/9/2026 9:08"]
    let rows = times.map { "E1;EM180619;991122334455;LIV;\($0)\n" }.joined()
    _ = try await ingest("a;i;p;c;d\n" + rows, workspace)
    let events = try await workspace.json("parcel", "991122334455").events.elements
    #expect(
      events.map(\.occurred_at)
        == ["05", "06", "07", "08"].map { .string("2026-09-01T09:\($0):00+02:00") })
  }

  @Test func theFilesNameGivesTheAccountAlsoOfARowThatIsHeld() async throws {
    let workspace = try workspace(
      """
      path: "TRK_{account}_{account-id}_*"
      columns: { account: { path: account }, account-id: { path: account-id }, parcel: p, code: c, date: d }
      """)
    let rows = "p;c;d\n991122334455;LIV;28/08/2026\n"
    _ = try await ingest(rows, as: "TRK_E1_EM180619_1.csv", workspace)
    #expect(try await workspace.json("parcel", "991122334455").account_id == "EM180619")
    _ = try await ingest(rows, as: "TRK_C7_EM990001_1.csv", workspace)
    #expect(try await workspace.json("held").elements.map(\.account_id) == ["EM990001"])
    let failed = try await ingest(rows, as: "other.csv", workspace, Exit.incomplete)
    #expect(failed.standardError.contains("its path names no account"))
  }

  @Test func lettersThatLookLikeAnotherEncodingAreADoubtInTheLog() async throws {
    let workspace = try workspace(
      "columns: { account: a, account-id: i, parcel: p, label: l, date: d }\n")
    let header = Array("a;i;p;l;d\n".utf8)
    let row = Array("E1;EM180619;991122334455;livr".utf8) + [0x82] + Array(";28/08/2026\n".utf8)
    try workspace.folder.write("dos.csv", header + row)
    let result = try await workspace.run("ingest", "dos.csv")
    #expect(result.status == Exit.done)
    #expect(
      result.standardError.contains("file.doubtful") && result.standardError.contains("cp850"))
  }
}
