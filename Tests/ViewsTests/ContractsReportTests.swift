import Carrier
import Contract
import ParcelStore
import SampleValues
import Testing
import Views

@Suite struct ContractsReportTests {
  private let now = Samples.time + 3_600

  private func report(
    _ contract: MerchantContract = Samples.contract(), _ records: [FeedRecord] = [],
    lookedAt: Int64? = Samples.time
  ) -> ContractsReport {
    let past = FeedPast(records)
    return ContractsReport(
      ContractSet([contract]), FeedKnowledge(past: past, lookedAt: lookedAt, now: now))
  }

  private func record(_ pair: AccountPair, namedSince: Int64? = 1, lastRowAt: Int64?) -> FeedRecord
  {
    var record = FeedRecord(
      contract: "dupont", service: .homeFR, account: pair, namedSince: namedSince)
    record.firstRowAt = lastRowAt
    record.lastRowAt = lastRowAt
    return record
  }

  @Test func aLiveFeedIsALineOfTheTable() {
    let report = report(Samples.contract(), [record(Samples.shop, lastRowAt: Samples.time)])
    #expect(
      report.text == """
        contract  service  account  account ID  feed  last row
        dupont    home-fr  E1       EM180619    live  2026-08-28T11:42:10+02:00

        """)
    #expect(
      report.feeds.json.text
        == #"[{"contract":"dupont","service":"home-fr","account_id":"EM180619","feed":"live"}]"#)
  }

  @Test func theJSONHasTheKeysThatUsersScriptAgainst() {
    let text = report(Samples.contract(), [record(Samples.shop, lastRowAt: Samples.time)]).json.text
    #expect(
      text.hasPrefix(
        #"[{"id":"dupont","name":"Mon contrat","plan":"growth","services":[{"service":"home-fr","#
          + #""account":"E1","account_id":"EM180619","feed":"live","next_step":"Nothing to do"#))
    #expect(
      text.contains(
        #""methods":[{"method":"Home Delivery France","enabled":false,"missing":["control-key"],"#
          + #""label_price":"0.00 EUR"}"#))
    #expect(
      text.hasSuffix(
        #""first_row_at":"2026-08-28T09:42:10Z","message":null,"former_accounts":[]}],"problems":[]}]"#
      ))
  }

  @Test func thePageSaysWhatToDoNextAndWhatToWrite() throws {
    let page = try #require(report(Samples.contract(requested: nil))["dupont"])
    #expect(
      page.text.hasPrefix("Contract dupont, Mon contrat\nplan growth\n\nhome-fr: E1 / EM180619, "))
    #expect(page.text.contains("\n  Message for the advisor:\n\n    Objet : Activation du suivi"))
    #expect(report()["nobody"] == nil)
  }

  @Test func aFormerAccountIsNamedWithItsLastRow() throws {
    let records = [
      record(Samples.shop, lastRowAt: Samples.time),
      record(Samples.other, namedSince: nil, lastRowAt: Samples.time - 86_400),
    ]
    let page = try #require(report(Samples.contract(), records)["dupont"])
    #expect(
      page.text.contains(
        "  before: D0 / EM000001, last row at 2026-08-27T11:42:10+02:00; rows of parcels that are "
          + "known come in\n"))
    #expect(
      page.json.text.contains(
        #""former_accounts":[{"account":"D0","account_id":"EM000001","last_row_at":"2026-08-27T"#))
  }

  @Test func aProblemOfTheContractIsNamed() throws {
    let page = try #require(report(Samples.contract(account: nil))["dupont"])
    #expect(page.text.contains("\nproblem: "))
    #expect(!page.json.text.hasSuffix(#""problems":[]}"#))
  }

  @Test func aContractThatCannotBeReadStandsAsItWasNotedLast() {
    let standing = ContractStanding(
      contract: "martin", source: nil,
      services: [.init(kind: .relay, account: "D0", accountID: "EM000001", feed: .live)])
    var report = report()
    report.add(standing, isInForce: true)
    #expect(report.feeds.last?.state == .live && report.feeds.last?.isBroken == false)
    report.add(standing, isInForce: false)
    #expect(report.feeds.last?.state == .incomplete)
    #expect(report.feeds.count == 3 && report.pages.count == 1)
  }

  @Test func aFeedThatNobodyLookedForIsNoFaultOfTheCarrier() {
    let past = [record(Samples.shop, lastRowAt: Samples.time - 30 * 86_400)]
    let report = report(Samples.contract(), past, lookedAt: Samples.time - 29 * 86_400)
    #expect(
      report.unwatchedSentence(isRunning: false)
        == "the drop was last read 29 days ago, at 2026-07-30T11:42:10+02:00, so what has come since "
        + "is not known: start colisd")
    #expect(report.unwatchedSentence(isRunning: true)?.hasSuffix("colisd status says why") == true)
    #expect(self.report().unwatchedSentence(isRunning: true) == nil)
  }

  @Test func historyHasTimeCauseFileAndHash() {
    let change = ContractChange(
      at: Samples.time, cause: "read for the first time",
      standing: ContractStanding(
        contract: "dupont", source: ContractSource(path: "/c/dupont.yaml", sha256: [0xab]),
        services: [.init(kind: .homeFR, account: "E1", accountID: nil, feed: .incomplete)]))
    let history = ContractHistory([change])
    #expect(
      history.json.text
        == #"[{"at":"2026-08-28T09:42:10Z","cause":"read for the first time","#
        + #""file":"/c/dupont.yaml","sha256":"ab","services":[{"service":"home-fr","account":"E1","#
        + #""account_id":null,"feed":"incomplete"}]}]"#)
    #expect(
      history.text == """
        2026-08-28T11:42:10+02:00  read for the first time
          /c/dupont.yaml, sha256 ab
          home-fr: E1 / -, incomplete

        """)
  }
}
