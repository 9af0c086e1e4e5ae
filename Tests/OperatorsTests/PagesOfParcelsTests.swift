import Carrier
import Contract
import Operators
import ParcelStore
import SampleValues
import Status
import Testing
import TrackingFile
import Views

@Suite struct PagesOfParcelsTests {
  private func page(
    _ timelines: [ParcelTimeline], _ mentions: RawMentions = RawMentions(),
    _ language: Language = .french
  ) throws -> TimelinePage {
    let page = try #require(ParcelPage(of: Samples.parcel, timelines, mentions))
    return TimelinePage(page, Samples.request(language))
  }

  @Test func ourStatusComesFirstAndTheLatestEventIsOnTop() throws {
    let events = [
      Samples.event(.announced, seq: 1, at: Samples.time - 99),
      Samples.event(
        .delivered, label: "Votre colis a été livré", seq: 2, at: Samples.time - 98),
    ]
    let context = try page([Samples.timeline(events)]).context
    #expect(context.text("number") == "991 122 334 455")
    #expect(context.text("status") == "livré")
    #expect(context.text("since") == "vendredi 28 août 2026, 11:40")
    let rows = context.rows("events")
    #expect(rows.map { $0.text("event_status") } == ["Livré", "Annoncé"])
    #expect(rows[0].text("event_label") == "Votre colis a été livré")
    #expect(rows[0].text("event_line") == "3")
    #expect(context.rows("steps").map { $0.text("step_class") }.last == "now good")
    #expect(
      context.text("explain_url") == "/parcels/991122334455/explain?account-id=EM180619")
  }

  @Test func aFrenchLabelSaysSoInAnEnglishPage() throws {
    let events = [Samples.event(label: "Votre colis a été livré")]
    let context = try page([Samples.timeline(events)], RawMentions(), .english).context
    #expect(context.text("status") == "delivered")
    #expect(context.rows("events").first?.text("label_lang") == "fr")
    #expect(EventRow.language(of: "Jouw pakket is onderweg", in: .french) == "nl")
    #expect(EventRow.language(of: "Votre colis", in: .french) == nil)
  }

  @Test func otherAccountsAndHeldAndRejectedRowsAreNamed() throws {
    var other = Samples.timeline([Samples.event(seq: 3)])
    other.account = Samples.other
    var mentions = RawMentions()
    mentions.held = [
      RawMentions.Held(
        account: HeldAccount(account: other.account, reason: .trackingNotRequested), rows: 2,
        file: "b.csv", line: 4)
    ]
    mentions.rejected = 1
    mentions.firstRejected = RejectedLine(
      file: "c.csv", line: 9, reason: .dateMalformed, raw: Array("x".utf8))
    let context = try page(
      [Samples.timeline([Samples.event(seq: 7)]), other], mentions
    ).context
    let notes = context.rows("notes")
    #expect(notes.count == 3)
    #expect(notes[0].text("note_link") == "D0 / EM000001")
    #expect(notes[1].text("note")?.contains("2 lignes de ce colis sont retenues") == true)
    #expect(notes[1].text("note")?.contains("b.csv, ligne 4") == true)
    #expect(notes[2].text("note_url") == "/rejects?file=c.csv")
  }

  @Test func thePageHasNoTagOfAHostileLabel() throws {
    let hostile = "<script>alert(1)</script>\"'>\u{301}<img src=x onerror=alert(1)>\u{202E}"
    let timeline = Samples.timeline([Samples.event(label: hostile)], order: hostile)
    let page = try #require(
      ParcelPage(of: Samples.parcel, [timeline], RawMentions()))
    let html = Samples.html(
      .parcel, TimelinePage(page, Samples.request()).context)
    #expect(!html.contains("<script"))
    #expect(!html.contains("<img"))
    #expect(html.contains("&lt;script&gt;"))
    #expect(!html.unicodeScalars.contains("\u{202E}"))
  }

  @Test func aListNamesItsFiltersAndItsCSV() {
    let query = [(name: "status", value: "delivered"), (name: "order", value: "A<B")]
    var page = ParcelsPage(Samples.request(.english, path: ["parcels"], query: query))
    page.found = [Samples.summary(order: nil)]
    let context = page.context
    #expect(context.text("heading") == "Parcels")
    #expect(context.text("filters_used") == "2")
    #expect(
      context.text("csv_url")
        == "/api/v1/parcels?status=delivered&order=A%3CB&format=csv&limit=1000")
    let row = context.rows("parcels").first
    #expect(row?.text("parcel_url") == "/parcels/991122334455?account-id=EM180619")
    #expect(row?.text("parcel_status") == "delivered")
    #expect(row?.text("parcel_order") == nil)
    let chosen = context.rows("statuses").filter {
      if case .flag(true) = $0["status_selected"] { true } else { false }
    }
    #expect(chosen.map { $0.text("status_value") } == ["delivered"])
  }

  @Test func aReadyListIsNamedByItsHeading() {
    let query = [(name: "stuck", value: "48h")]
    let page = ParcelsPage(Samples.request(.french, path: ["parcels"], query: query))
    #expect(page.heading == "Sans nouvelle depuis 48 h")
    #expect(page.context.text("nothing") == "Aucun colis.")
  }

  @Test func everyReadyListIsAQuestionThatIsTaken() throws {
    for list in ReadyList.allCases {
      let filter = try list.filter(now: Samples.time, pickupDays: 8)
      #expect(filter.after == nil)
    }
    let today = try ReadyList.failedToday.filter(now: Samples.time, pickupDays: 8)
    #expect(today.statuses == [.deliveryFailed])
    #expect(today.since == CalendarDay(at: Samples.time).start())
  }

  @Test func aListThatGoesOnHasANextPage() throws {
    var page = ParcelsPage(Samples.request(path: ["parcels"]))
    page.found = Array(repeating: Samples.summary(), count: ParcelsPage.rowsOfPage + 1)
    let context = page.context
    #expect(context.rows("parcels").count == ParcelsPage.rowsOfPage)
    let html = Samples.html(.parcels, context)
    #expect(html.contains("rel=\"next\" href=\"/parcels?cursor="))
  }

  @Test func anErrorSaysWhatToDo() {
    let request = Samples.request(.french, path: ["parcels", "991199119911"])
    let missing = ErrorPage(Problem(404, "no parcel 991199119911 is known"), request).context
    #expect(missing.text("headline") == "Ce colis est inconnu")
    #expect(missing.rows("advice_list").count == 3)
    let html = Samples.html(
      .error, ErrorPage(Problem(401, "a token is needed"), request).context, request)
    #expect(html.contains("<form class=\"token\" action=\"/token\" method=\"post\">"))
    #expect(html.contains("type=\"password\""))
  }

  @Test func theTokenLeadsToThePageThatWasWanted() {
    let request = Samples.request(
      path: ["parcels"], query: [(name: "status", value: "lost"), (name: "lang", value: "en")])
    var problem = Problem(401, "a token is needed")
    let asked = ErrorPage(problem, request).context
    #expect(asked.text("next") == "/parcels?status=lost&lang=en")
    #expect(asked.text("headline") == "A token is needed")
    #expect(
      Samples.html(.error, asked, request).contains(
        "name=\"next\" value=\"/parcels?status=lost&amp;lang=en\""))
    problem.wanted = "/parcels?status=lost&lang=en"
    #expect(ErrorPage(problem, request).context.text("headline") == "This is not the token")
    #expect(ErrorPage(problem, Samples.request()).context.text("next") == nil)
    let long = Samples.request(query: [(name: "q", value: String(repeating: "x", count: 3_000))]
    )
    #expect(ErrorPage(problem, long).context.text("next") == nil)
  }
}
