import Carrier
import Contract
import Operators
import ParcelStore
import SampleValues
import Testing
import Views

@Suite struct OverviewPageTests {
  private func page(_ language: Language = .french) -> OverviewPage {
    var page = OverviewPage(Samples.request(language))
    page.status = Samples.status()
    page.contracts = Samples.report(Samples.contract())
    return page
  }

  @Test func whatWorksSaysSoAndSinceWhen() {
    let context = page().context
    #expect(context.text("tone") == "good")
    #expect(context.text("headline") == "Tout fonctionne")
    #expect(
      context.text("facts")
        == "Dernière lecture réussie il y a 42 s (28 août 11:41) · prochaine dans 18 s")
    #expect(page(.english).context.text("headline") == "Everything works")
  }

  @Test func aServerThatIsDownIsTheReason() {
    var page = page(.english)
    page.status?.sources[0].isReachable = false
    page.status?.sources[0].error = "connection refused"
    let context = page.context
    #expect(context.text("tone") == "bad")
    #expect(context.text("headline") == "The drop can’t be read")
    #expect(context.rows("reasons").first?.text("quote") == "connection refused")
  }

  @Test func withoutADaemonNothingIsRead() {
    var page = page()
    page.status?.writer = nil
    let context = page.context
    #expect(context.text("headline") == "Le dépôt n’est plus lu")
    #expect(
      context.rows("reasons").first?.text("advice") == "Démarrez-le : systemctl start colisd.")
  }

  @Test func beforeTheFirstPollItWaits() {
    var page = page()
    page.status?.sources[0].lastPoll = nil
    page.status?.sources[0].isReachable = nil
    page.status?.sources[0].lastSuccess = nil
    page.status?.counts.files = [:]
    let context = page.context
    #expect(context.text("tone") == "warn")
    #expect(context.text("headline") == "La première lecture est en cours")
    #expect(Samples.html(.overview, context).contains("colisd contracts new"))
  }

  @Test func aStoreThatCannotBeReadIsSaidInWords() {
    var page = OverviewPage(Samples.request(.english))
    page.storeError = StoreError(
      .failed, operation: "open", store: "/x/colisd.db", reason: "disk I/O error",
      advice: "look at the disk")
    var context = page.context
    #expect(context.text("headline") == "The store can’t be read")
    #expect(context.rows("reasons").first?.text("quote")?.contains("disk I/O error") == true)
    page.storeError?.kind = .missing
    context = page.context
    #expect(context.text("headline") == "Nothing to show yet")
  }

  @Test func whatNeedsSomebodyIsListedTheMostUrgentFirst() {
    var page = page()
    page.contracts = Samples.report(Samples.contract(requested: nil))
    page.status?.counts.files[.failed] = 1
    page.status?.counts.rejected = 6
    page.held = [
      HeldSummary(
        account: Samples.shop, reason: .trackingNotRequested, rows: 2,
        oldest: Samples.time)
    ]
    page.status?.unmapped = [
      UnmappedWording(wording: Wording(code: "ZZ9", label: "Anomalie"), events: 2)
    ]
    let context = page.context
    #expect(
      context.rows("todo").map { $0.text("todo_chip") } == [
        "en échec", "conseiller à informer", "suivi non demandé", "illisible", "code inconnu",
      ])
    #expect(context.text("headline") == "La lecture fonctionne, 5 points à voir")
    let html = Samples.html(.overview, context)
    #expect(html.contains("ZZ9 Anomalie, 2 événements"))
    // The advisor's message is there to copy and to mail.
    #expect(html.contains("Activation du suivi Colis Privé"))
    #expect(html.contains("href=\"mailto:?subject=Activation%20du%20suivi"))
  }

  @Test func theFiguresAreThoseOfToday() {
    var page = page()
    page.files = [Samples.freshFile(), Samples.freshFile("b.csv")]
    let figures = page.context.rows("figures").map { $0.text("figure") }
    #expect(figures.prefix(3) == ["2\u{202F}400", "2", "1 min 12 s"])
    let file = page.context.rows("files").first
    #expect(file?.text("file_rows") == "1\u{202F}204")
    #expect(file?.text("file_at") == "28 août 11:41")
  }

  @Test func aContractThatLacksAFieldSaysWhich() {
    let report = Samples.report(Samples.contract(accountID: nil))
    let row = FeedRows(report: report, request: Samples.request()).rows(of: report.feeds).first
    #expect(row?.text("feed_state") == "incomplet")
    #expect(row?.text("feed_step")?.contains("home-fr.account-id manque") == true)
    #expect(row?.text("feed_step_detail") == nil)
    let english = FeedRows(report: report, request: Samples.request(.english))
      .rows(of: report.feeds).first
    #expect(english?.text("feed_step_detail")?.contains("account-id is missing") == true)
    #expect(row?.text("feed_account") == "E1 / –")
  }

  @Test func everyTemplateCanBeRead() {
    for name in PageTemplates.Name.allCases {
      #expect(!PageTemplates.shared.html(name, [:]).isEmpty || name == .pager || name == .message)
    }
  }
}
