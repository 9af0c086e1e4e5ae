import Carrier
import Operators
import ParcelStore
import SampleValues
import Testing
import Views

@Suite struct WebhookPageTests {
  private func context(_ states: [WebhookState], _ language: Language = .french) -> PageContext {
    WebhookRows(states: states, request: Samples.request(language)).context
  }

  private func row(_ state: WebhookState, _ language: Language = .french) throws -> PageContext {
    try #require(context([state], language).rows("webhooks").first)
  }

  private func remark(_ state: WebhookState, _ language: Language = .french) -> PageContext? {
    context([state], language).rows("remarks").first
  }

  /// The words of every state, in both languages, and its colour.
  @Test(arguments: [
    (EndpointSample.delivering, "envoie", "delivering", "good"),
    (.new, "nouveau", "new", "idle"), (.failing, "en panne", "failing", "bad"),
    (.late, "en retard", "late", "warn"), (.stopped, "arrêté", "stopped", "bad"),
    (.parked, "mis de côté", "parked", "warn"),
    (.unconfigured, "plus configuré", "not configured", "idle"),
  ])
  func eachStateHasItsWordInBothLanguages(
    _ sample: EndpointSample, _ french: String, _ english: String, _ tone: String
  ) throws {
    #expect(try row(sample.state).text("webhook_state") == french)
    #expect(try row(sample.state, .english).text("webhook_state") == english)
    #expect(try row(sample.state).text("webhook_tone") == tone)
    // What works needs no words.
    let sentences = Language.allCases.map { remark(sample.state, $0)?.text("remark") }
    #expect(Set(sentences).count == (sample == .delivering ? 1 : 2))
    #expect(sentences.contains(nil) == (sample == .delivering))
  }

  @Test func aRowSaysHowFarItHasGotAndSinceWhenItWaits() throws {
    let row = try self.row(EndpointSample.failing.state)
    #expect(row.text("webhook_server") == "https://shop.example.net")
    #expect(row.text("webhook_position") == "1\u{202F}000")
    #expect(row.text("webhook_behind") == "204")
    #expect(row.text("webhook_since") == "depuis le 28 août 11:12")
    #expect(row.text("webhook_waiting") == "3")
    #expect(row.text("webhook_last") == "28 août 11:11")
    let remark = try #require(self.remark(EndpointSample.failing.state))
    #expect(
      remark.text("remark")?.contains(
        "rien depuis le 28 août 11:12 (4 essais, le prochain le 28 août 11:47)") == true)
    #expect(remark.text("remark_detail") == "the answer has the status 500")
  }

  @Test func anEndpointThatFailsAndHasParkedEntriesSaysBoth() throws {
    var state = EndpointSample.failing.state
    state.counts.parked = 1
    let remark = try #require(self.remark(state, .english))
    #expect(remark.text("remark_state") == "failing")
    #expect(
      remark.text("remark_parked")
        == "1 entry is parked after the last try. Once the cause is mended: colisd webhooks replay shop --parked."
    )
    // Where it is all that there is to say, it is said once.
    let parked = try #require(self.remark(EndpointSample.parked.state, .english))
    #expect(parked.text("remark")?.hasPrefix("13 entries are parked") == true)
    #expect(parked.text("remark_parked") == nil)
  }

  @Test func whatIsParkedHasItsReasonItsAnswerAndItsParcel() throws {
    let list = try #require(
      context([EndpointSample.delivering.state, EndpointSample.parked.state], .english)
        .rows("open_lists").first)
    #expect(list.text("open_title") == "Parked:" && list.text("open_name") == "shop")
    #expect(
      list.text("open_more") == "And 12 more; the whole list: colisd webhooks parked shop.")
    let row = try #require(list.rows("open").first)
    #expect(row.text("open_url") == "/parcels/991122334455")
    #expect(row.text("open_seq") == "7")
    #expect(row.text("open_at") == "28 Aug 11:41")
    #expect(row.text("open_tries") == "10")
    #expect(row.text("open_reason") == "the answer has the status 422")
    #expect(row.text("open_answer") == "no such order")
  }

  @Test func whatWasRefusedAndWaitsIsListedWithItsNextTry() throws {
    var state = EndpointSample.refused.state
    state.parked = EndpointSample.parked.state.parked
    state.counts.parked = 1
    let lists = context([state], .english).rows("open_lists")
    #expect(lists.map { $0.text("open_title") } == ["Parked:", "Waiting for another try:"])
    #expect(lists.first?.text("open_more") == nil, "it is all there is")
    let list = try #require(lists.last)
    #expect(list.text("open_name") == "shop" && list.text("open_time") == "Next try")
    #expect(
      list.text("open_more")
        == "And 3 more that wait: not taken, or behind another one of their parcel.")
    let rows = list.rows("open")
    #expect(rows.map { $0.text("open_seq") } == ["8", "9"])
    #expect(
      rows.map { $0.text("open_at") } == ["28 Aug 12:12", "after an earlier one of the parcel"])
    #expect(rows.first?.text("open_url") == "/parcels/991122334455")
    #expect(rows.first?.text("open_tries") == "3")
    #expect(rows.first?.text("open_reason") == "it answered with status 422")
    #expect(rows.first?.text("open_answer") == "no such order")
    // In an outage one entry a step is tried, whichever it is.
    state.record?.outage = EndpointSample.failing.state.record?.outage
    let failing = context([state]).rows("open_lists").last?.rows("open") ?? []
    #expect(
      failing.map { $0.text("open_at") } == [
        "quand il répond de nouveau", "quand il répond de nouveau",
      ])
    // What met that alone was not refused.
    state.waiting[0].tries = 0
    let rest = context([state]).rows("open_lists").last
    #expect(rest?.rows("open").map { $0.text("open_seq") } == ["9"])
    #expect(rest?.text("open_more")?.hasPrefix("Et 4 de plus") == true)
  }

  @Test(arguments: Language.allCases)
  func theListsOfThePageSayWhatTheyAre(_ language: Language) {
    let html = Samples.html(.webhooks, context([EndpointSample.refused.state], language))
    let title = language.choose("En attente d’un nouvel essai :", "Waiting for another try:")
    #expect(html.contains("<h2>\(title) <bdi>shop</bdi></h2>"))
    let column = language.choose("Prochain essai", "Next try")
    #expect(html.contains("<th scope=\"col\">\(column)</th>"))
    #expect(html.contains("data-k=\"\(column)\""))
    #expect(html.contains("no such order"))
  }

  @Test func oneThatIsLateForWhatItHasRefusedIsNotCalledSlow() throws {
    var state = EndpointSample.refused.state
    state.pendingSince = Samples.time - 7_200
    let remark = try #require(self.remark(state, .english))
    #expect(remark.text("remark_state") == "late")
    #expect(
      remark.text("remark")
        == "Something has waited since 28 Aug 09:42. It has refused an entry of parcel "
        + "991122334455 (3 tries, the next one on 28 Aug 12:12). Once the cause is mended, "
        + "colisd webhooks resume shop tries at once.")
    #expect(remark.text("remark_detail") == "it answered with status 422")
    #expect(self.remark(state)?.text("remark")?.contains("lentement") == false)
    // What it has not refused waits as well.
    state.behindSince = Samples.time - 7_000
    for (language, word) in [(Language.french, "lentement"), (.english, "slowly")] {
      let text = self.remark(state, language)?.text("remark")
      #expect(text?.contains(word) == true && text?.contains("resume shop") == true)
    }
  }

  @Test func aHostileAnswerIsShownAsTextAndNotWhole() throws {
    var state = EndpointSample.parked.state
    let hostile = "<script>alert(1)</script>\"'>\u{301}<img src=x>\u{202E}"
    let answer = hostile + String(repeating: "x", count: 900) + "the end"
    state.parked[0].fault?.answer = answer
    var refused = EndpointSample.refused.state
    refused.waiting[0].fault?.answer = answer
    for state in [state, refused] {
      let html = Samples.html(.webhooks, context([state]))
      #expect(!html.contains("<script") && !html.contains("<img"))
      #expect(html.contains("&lt;script&gt;"))
      #expect(!html.unicodeScalars.contains("\u{202E}"))
      #expect(!html.contains("the end"))
    }
  }

  @Test func withoutEndpointsThePageSaysHowToAddOne() {
    let html = Samples.html(.webhooks, context([]))
    #expect(html.contains("webhooks:\n  - name: shop\n"))
    #expect(html.contains("colisd webhooks test shop"))
    #expect(!Samples.html(.webhooks, context([EndpointSample.new.state])).contains("- name: shop"))
  }

  @Test func theOverviewNamesThoseThatNeedSomebody() {
    var page = OverviewPage(Samples.request(.english))
    page.status = Samples.status()
    page.status?.webhooks = EndpointSample.allCases.map(\.state)
    let todo = page.context.rows("todo")
    #expect(todo.map { $0.text("todo_chip") } == ["failing", "late", "stopped", "parked"])
    #expect(todo.first?.text("todo_what") == "webhook shop")
    #expect(todo.first?.text("todo_url") == "/webhooks")
    #expect(todo.first?.text("todo_quote") == "the answer has the status 500")
    #expect(page.context.text("headline") == "Polling works, 4 things to look at")
  }

  @Test(arguments: Language.allCases)
  func thePageIsServedInBothLanguages(_ language: Language) async throws {
    let pages = Pages(desk: WebhookDesk(states: [EndpointSample.parked.state]))
    let answer = try await pages.answer(Samples.request(language, path: ["webhooks"]))
    let html = String(decoding: answer.html, as: UTF8.self)
    #expect(answer.status == 200 && answer.language == language)
    #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
    #expect(
      html.contains(language.choose("<h1>Envois par webhook</h1>", "<h1>Webhooks</h1>")))
    #expect(html.contains("<a href=\"/webhooks\" aria-current=\"page\">"))
    #expect(html.contains("<a href=\"/api/v1/webhooks\">"))
    #expect(html.contains(language.choose("Mis de côté :", "Parked:") + " <bdi>shop</bdi>"))
  }
}

/// An endpoint in each state that a page tells apart.
enum EndpointSample: CaseIterable, Sendable {
  case delivering, new, failing, late, stopped, parked, refused, unconfigured

  var state: WebhookState {
    var state = WebhookState(
      name: "shop", server: self == .unconfigured ? nil : "https://shop.example.net")
    (state.lastSeq, state.readAt) = (1_204, Samples.time)
    guard self != .new else { return state }
    let now = Samples.time
    var record = EndpointRecord(name: "shop", position: 1_204, since: now - 86_400)
    record.lastDelivery = now - 1_860
    switch self {
    case .delivering, .new, .unconfigured: break
    case .failing:
      record.position = 1_000
      state.pendingSince = now - 1_800
      state.counts.waiting = 3
      record.outage = EndpointOutage(
        since: now - 1_800, tries: 4, nextAt: now + 300,
        fault: DeliveryFault(status: 500, reason: "the answer has the status 500"))
    case .late: state.pendingSince = now - 3_601
    case .stopped: record.stoppedAt = now - 60
    case .refused:
      let fault = DeliveryFault(
        status: 422, reason: "it answered with status 422", answer: "no such order")
      state.counts.waiting = 5
      state.waiting = [
        OpenDelivery(
          seq: 8, parcel: Samples.parcel, state: .waiting(until: now + 1_800), tries: 3,
          fault: fault),
        OpenDelivery(seq: 9, parcel: Samples.parcel, state: .behind, tries: 1, fault: fault),
      ]
    case .parked:
      state.counts.parked = 13
      state.parked = [
        OpenDelivery(
          seq: 7, parcel: Samples.parcel, state: .parked(at: now - 60), tries: 10,
          fault: DeliveryFault(
            status: 422, reason: "the answer has the status 422", answer: "no such order"))
      ]
    }
    state.record = record
    return state
  }
}

/// Knows how far endpoints have got, and nothing else.
private struct WebhookDesk: Desk {
  struct Unasked: Error {}

  let states: [WebhookState]

  var store: any StoreReader {
    get throws(StoreError) {
      throw StoreError(
        .missing, operation: "open", store: "none", reason: "there is none", advice: "ask no store")
    }
  }
  var deadline: PickupDeadline { PickupDeadline(days: 8) }

  func webhooks() async throws -> [WebhookState] { states }
  func status() async throws -> StatusReport { throw Unasked() }
  func polls() async throws -> StatusReport { throw Unasked() }
  func contracts() async throws -> ContractsReport { throw Unasked() }
  func held() async throws -> HeldList { throw Unasked() }
  func explanation(of found: ParcelQuestion.Case) async throws -> ParcelExplanation {
    throw Unasked()
  }
  func health() async -> Health { Health(problems: []) }
  func readiness() async -> Readiness { Readiness([], now: Samples.time) }
  func metrics(accept: String?) async throws -> (type: String, bytes: [UInt8]) { throw Unasked() }
}
