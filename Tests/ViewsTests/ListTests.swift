import Carrier
import Contract
import ParcelStore
import SampleValues
import Status
import Testing
import TrackingFile
import Views

/// Parcels, files, held, skipped and rejected rows as lists.
@Suite struct ListTests {
  private func parcels() -> ParcelList {
    ParcelList([
      ParcelSummary(
        parcel: Samples.parcel, account: Samples.shop,
        details: ParcelDetails(postcode: "75012"), meaning: Meaning(status: .delivered),
        since: Samples.time)
    ])
  }

  @Test func parcelsAsJSON() {
    #expect(
      parcels().json.text
        == #"[{"parcel":"991122334455","postcode":"75012","order":null,"account":"E1","#
        + #""account_id":"EM180619","status":"delivered","reason":null,"mode":null,"#
        + #""status_since":"2026-08-28T11:42:10+02:00","delivered":true,"cursor":"1787910130.14.0"}]"#
    )
  }

  @Test func parcelsAsTable() {
    #expect(
      parcels().text == """
        parcel        status     reason  since                      account ID  order  postcode
        991122334455  delivered  -       2026-08-28T11:42:10+02:00  EM180619    -      75012

        """)
  }

  @Test func eventsAreOneObjectPerLineWithTheirAccount() {
    let lines = String(decoding: [Samples.event(), Samples.event(seq: 8)].lines, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 3 && lines[2].isEmpty)
    #expect(lines[0].hasPrefix(#"{"seq":7,"#) && lines[1].hasPrefix(#"{"seq":8,"#))
    #expect(
      lines[0].hasSuffix(
        #","occurred_text":null,"account_id":"EM180619","source":null,"type":"event"}"#))
  }

  private var counts: FileCounts {
    var counts = FileCounts()
    (counts.rows, counts.eventsNew, counts.rejected) = (5, 1, 4)
    return counts
  }

  @Test func filesAsJSON() {
    #expect(
      LedgerList([Samples.file(counts: counts)]).json.text
        == #"[{"path":"a.csv","size":10,"mtime":"2026-08-28T09:42:10Z","sha256":"ab01","#
        + #""state":"ingested","rows":5,"events_new":1,"events_repeated":0,"held":0,"rejected":4,"#
        + #""error":null,"ingested_at":"2026-08-28T09:42:10Z","post_action":"leave","skipped":0,"#
        + #""gone_at":null,"dismissed_at":null,"dismissed_by":null,"source":null}]"#)
  }

  @Test func aTableSaysSinceWhenAFileIsGone() {
    var file = Samples.file(error: "it was gone from the drop before it was read")
    file.state = .gone
    file.goneAt = 1_787_910_130
    let table = LedgerList([file]).text
    #expect(
      table.contains(
        "gone since 2026-08-28T11:42:10+02:00: it was gone from the drop before it was read"),
      "\(table)")
  }

  @Test func filesAsTable() {
    #expect(
      LedgerList([Samples.file(error: "broken")]).text == """
        file   state   rows  new  repeated  held  rejected  ingested at                error
        a.csv  failed     0    0         0     0         0  2026-08-28T11:42:10+02:00  broken

        """)
  }

  @Test func theTableHasSkippedRowsWhereThereAreSome() {
    var counts = counts
    counts.skipped = 7
    let header = LedgerList([Samples.file(counts: counts)]).text.split(separator: "\n")[0]
    #expect(header.contains("rejected  skipped  ingested at"))
  }

  @Test func aFileThatStaysOnTheServerSaysWhy() {
    let file = Samples.file(counts: counts, postAction: .delete(isDone: false))
    #expect(LedgerList([file]).text.contains("it stays on the server, as most of its lines"))
  }

  @Test func rejectsArePagesOfOneTable() {
    let line = RejectedLine(file: "a.csv", line: 3, reason: .dateMalformed, raw: Array("E1;é".utf8))
    let object = #"{"file":"a.csv","line":3,"reason":"date-malformed","raw":"E1;é","source":null}"#
    #expect(RejectList([line, line]).json.text == "[\(object),\(object)]")
    let later = RejectList([line], isFirst: false)
    #expect(later.text == "a.csv  3  date-malformed  E1;é\n")
    #expect(RejectList([line]).text.hasPrefix("file   line  reason          raw\n"))
  }

  @Test func tablesNameTheSourceWhereThereAreSeveral() {
    var files = [Samples.file(), Samples.file()]
    (files[0].source, files[1].source) = ("one", "two")
    let rows = LedgerList(files).text.split(separator: "\n")
    #expect(rows[0].hasPrefix("source  file ") && rows[2].hasPrefix("two     a.csv "))
    #expect(LedgerList([files[0]]).text.hasPrefix("file "), "one needs no column")
    var line = RejectedLine(file: "a.csv", line: 3, reason: .dateMalformed, raw: Array("E1".utf8))
    line.source = "two"
    let rejects = RejectList([line], hasSources: true).text.split(separator: "\n")
    #expect(rejects[0].hasPrefix("source  file "))
    #expect(rejects[1].hasPrefix("two     a.csv     3  "))
  }

  @Test func aFileThatIsStillToBeRemovedAtAFormerPlaceSaysSo() {
    var file = Samples.file(postAction: .delete(isDone: false))
    (file.source, file.abandonedPlace) = ("one", "dupont@drop:22 /out")
    #expect(
      LedgerList([file]).json.text.contains(
        "it was to be moved or deleted at dupont@drop:22 /out, where source one was before"))
  }

  private func held(_ pair: AccountPair) -> HeldSummary {
    HeldSummary(account: pair, reason: .unknownAccount, rows: 3, oldest: Samples.time)
  }

  @Test func heldRowsNameTheContractThatIsNearlyTheirs() {
    var list = HeldList([held(Samples.pair("E1", "EM180618"))])
    list.contracts = ContractSet([Samples.contract()])
    #expect(
      list.json.text
        == #"[{"account":"E1","account_id":"EM180618","reason":"unknown-account","rows":3,"#
        + #""oldest":"2026-08-28T09:42:10Z","near":[{"contract":"dupont","service":"home-fr","#
        + #""account":"E1","account_id":"EM180619","difference":"one-character"}]}]"#)
    let lines = list.text.split(separator: "\n")
    #expect(lines[0] == "account  account ID  reason           rows  oldest")
    #expect(lines[1] == "E1       EM180618    unknown-account     3  2026-08-28T11:42:10+02:00")
    #expect(lines.count == 3 && lines[2].hasPrefix("note: The files have account E1"))
  }

  @Test func heldRowsWithoutContractsHaveNoHints() {
    let list = HeldList([held(Samples.pair("E1", "EM180618"))])
    #expect(list.json.text.contains(#""near":[]"#))
    #expect(list.text.split(separator: "\n").count == 2)
  }

  @Test func filesThatAreNotFetchedAreCounted() {
    var list = HeldList([])
    list.files = 2
    #expect(
      list.text
        == "no rows are held\nnote: files that are not fetched: 2; colisd files --state held lists them\n"
    )
  }

  @Test func skippedRowsNameTheirAccountsAndWhatToDo() {
    let skipped = SkippedList([
      SkippedSummary(account: Samples.shop, rows: 3, first: 0, latest: Samples.time),
      SkippedSummary(account: nil, rows: 1, first: 0, latest: Samples.time),
    ])
    #expect(
      skipped.sentence == "4 rows: E1 / EM180619 (3), others (1); colisd held tells what to do")
    #expect(
      skipped.json.text
        == #"[{"account":"E1","account_id":"EM180619","rows":3,"latest":"2026-08-28T09:42:10Z"},"#
        + #"{"account":null,"account_id":null,"rows":1,"latest":"2026-08-28T09:42:10Z"}]"#)
    let text = skipped.text(ContractSet([Samples.contract()]))
    #expect(text.hasPrefix("skipped: 4 rows of unknown accounts"))
    #expect(text.contains("E1       EM180619       3  2026-08-28T11:42:10+02:00  dupont\n"))
    #expect(SkippedList([]).text(nil).isEmpty && SkippedList([]).sentence == nil)
  }

  @Test func aReleaseSaysWhatCameInAndWhatStays() {
    let line = ReleaseReport.Line(
      account: Samples.shop, service: ServiceReference(contract: "dupont", kind: .homeFR), new: 5,
      repeated: 1)
    #expect(
      ReleaseReport([line], left: 1).text == """
        account  account ID  contract  service  new  repeated
        E1       EM180619    dupont    home-fr    5         1
        1 row stays held: colisd held tells why

        """)
    #expect(ReleaseReport([], left: 0).text == "nothing to release; nothing is held any more\n")
  }

  @Test func emptyListsSaySo() {
    #expect(ParcelList([]).text == "no parcels\n" && ParcelList([]).json.text == "[]")
    #expect(LedgerList([]).text == "no files\n" && LedgerList([]).json.text == "[]")
    #expect(ContractHistory([]).text.hasPrefix("no history yet"))
  }
}
