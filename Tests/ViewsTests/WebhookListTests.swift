import ParcelStore
import SampleValues
import Testing
import Views

/// Endpoints of webhooks as lists, and what is said of them.
@Suite struct WebhookListTests {
  private func state(
    _ name: String = "shop", server: String? = "https://shop.example.net", position: Int64? = 7
  ) -> WebhookState {
    var state = WebhookState(name: name, server: server)
    state.record = position.map {
      EndpointRecord(name: name, position: $0, since: Samples.time - 100)
    }
    state.lastSeq = 9
    state.readAt = Samples.time
    return state
  }

  private var failing: WebhookState {
    var state = state("erp", server: "http://10.0.0.7:8080")
    state.record?.outage = EndpointOutage(
      since: Samples.time - 7_200, tries: 4, nextAt: Samples.time + 1_800,
      fault: DeliveryFault(status: 500, reason: "it answered with status 500", answer: "oh"))
    return state
  }

  private var stopped: WebhookState {
    var state = state("old-shop")
    state.record?.stoppedAt = Samples.time - 60
    // Whoever stopped it was failing before.
    state.record?.outage = failing.record?.outage
    return state
  }

  private func parked(
    _ seq: Int64,
    _ fault: DeliveryFault? = DeliveryFault(
      status: 422, reason: "it answered with status 422", answer: "no order\u{1b}[31m é\r\nmore")
  ) -> OpenDelivery {
    OpenDelivery(
      seq: seq, parcel: Samples.parcel, state: .parked(at: Samples.time), tries: 10, fault: fault)
  }

  private func withParked(_ count: Int) -> WebhookState {
    var state = state()
    state.counts = OpenDeliveryCounts(waiting: 3, parked: count)
    state.parked = [parked(4), parked(6, nil)]
    state.record?.delivered = 1_204
    state.record?.failures = 31
    state.record?.lastDelivery = Samples.time
    return state
  }

  /// Waits with two entries that it has refused.
  private var refusing: WebhookState {
    let fault = DeliveryFault(status: 500, reason: "it answered with status 500", answer: "oh\n")
    var state = state()
    state.counts = OpenDeliveryCounts(waiting: 2)
    state.waiting = [
      OpenDelivery(
        seq: 1, parcel: Samples.parcel, state: .waiting(until: Samples.time + 1_800), tries: 3,
        fault: fault),
      OpenDelivery(seq: 2, parcel: Samples.parcel, state: .behind, tries: 1, fault: fault),
    ]
    return state
  }

  // MARK: For scripts

  @Test func theJSONHasTheKeysThatUsersScriptAgainst() {
    #expect(
      WebhookList([withParked(2)]).json.text
        == #"[{"name":"shop","server":"https://shop.example.net","state":"delivering","#
        + #""position":7,"last_seq":9,"behind":2,"waiting":3,"parked":2,"pending_since":null,"#
        + #""caught_up_at":"2026-08-28T09:40:30Z","delivered":1204,"failures":31,"#
        + #""last_delivery_at":"2026-08-28T09:42:10Z","stopped_at":null,"outage":null,"#
        + #""waiting_deliveries":[],"parked_deliveries":[{"seq":4,"parcel":"991122334455","#
        + #""parked_at":"2026-08-28T09:42:10Z","tries":10,"status":422,"#
        + #""reason":"it answered with status 422","answer":"no order\u001b[31m é\r\nmore"},"#
        + #"{"seq":6,"parcel":"991122334455","parked_at":"2026-08-28T09:42:10Z","tries":10,"#
        + #""status":null,"reason":null,"answer":null}]}]"#)
    #expect(WebhookList([]).json.text == "[]")
  }

  @Test func anOutageIsAnObjectWithoutTheAnswer() {
    let text = failing.json.text
    #expect(
      text.contains(
        #""outage":{"since":"2026-08-28T07:42:10Z","tries":4,"#
          + #""next_try_at":"2026-08-28T10:12:10Z","status":500,"#
          + #""reason":"it answered with status 500"}"#), "\(text)")
  }

  @Test func refusedOnesThatAreTriedAgainAreListedBeforeTheParkedOnes() {
    var state = refusing
    state.parked = [parked(6, nil)]
    let text = state.json.text
    let fault = #""status":500,"reason":"it answered with status 500","answer":"oh\n"}"#
    let pieces = [
      #","outage":null,"waiting_deliveries":[{"seq":1,"parcel":"991122334455","#,
      #""next_try_at":"2026-08-28T10:12:10Z","tries":3,"#, fault,
      #",{"seq":2,"parcel":"991122334455","next_try_at":null,"tries":1,"#, fault,
      #"],"parked_deliveries":[{"seq":6,"parcel":"991122334455","parked_at":"#,
    ]
    #expect(text.contains(pieces.joined()), "\(text)")
  }

  @Test func eachObjectHasTheKeysOfTheList() throws {
    for state in [state(), state(position: nil), state(server: nil), failing, stopped] {
      guard case .object(let members) = state.json else {
        Issue.record("it is no object")
        continue
      }
      #expect(members.map(\.key) == WebhookList.keys)
      guard case .object(let summary) = state.summary else {
        Issue.record("it is no object")
        continue
      }
      #expect(summary.map(\.key) == WebhookList.keys.dropLast(2))
    }
  }

  @Test func theStateIsOneWord() {
    #expect(state().phase == .delivering)
    #expect(state(position: nil).phase == .new)
    #expect(failing.phase == .failing)
    #expect(stopped.phase == .stopped, "that it was failing matters no more")
    var former = stopped
    former.server = nil
    #expect(former.phase == .unconfigured)
    let words = WebhookState.Phase.allCases.map(\.rawValue)
    #expect(words == ["new", "delivering", "failing", "stopped", "unconfigured"])
  }

  @Test func whatNobodyHasBegunWithIsNotBehind() {
    #expect(state(position: nil).behind == 0)
    #expect(state(position: 2).behind == 7)
    // It was read before the journal's end was, or the store lost its end.
    #expect(state(position: 12).behind == 0)
  }

  @Test func asCSVWithNamesAsTextAndTimesThatASpreadsheetKnows() {
    var state = state("2026")
    state.pendingSince = Samples.time
    let lines = String(decoding: WebhookList([state]).csv.dropFirst(3), as: UTF8.self)
      .split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        WebhookList.keys.joined(separator: ";"),
        #""=""2026""";https://shop.example.net;delivering;7;9;2;0;0;2026-08-28 11:42:10;"#
          + "2026-08-28 11:40:30;0;0;;;;[];[]",
      ])
  }

  // MARK: For people

  @Test func theTableHasAllStates() {
    var former = state("former", server: nil, position: 9)
    former.record?.lastDelivery = Samples.time
    let list = WebhookList([
      state(), failing, stopped, state("fresh", position: nil), former,
    ])
    let rows = list.text.split(separator: "\n").prefix(6).map { row in
      row.replacing(/[ ]{2,}/, with: "|")
    }
    #expect(
      rows == [
        "name|server|state|delivered up to|behind|waiting|parked|last delivery",
        "shop|https://shop.example.net|delivering|7|2|0|0|-",
        "erp|http://10.0.0.7:8080|failing|7|2|0|0|-",
        "old-shop|https://shop.example.net|stopped|7|2|0|0|-",
        "fresh|https://shop.example.net|new|-|0|0|0|-",
        "former|-|unconfigured|9|0|0|0|2026-08-28T11:42:10+02:00",
      ])
    #expect(WebhookList([]).text == "no webhooks\n")
  }

  @Test func whereNothingIsWrongNothingIsSaid() {
    #expect(WebhookList([state()]).text.split(separator: "\n").count == 2)
    #expect(state().faults.isEmpty && state().note == nil)
  }

  @Test func eachFaultIsASentenceWithWhatToDo() {
    #expect(
      failing.faults == [
        "asked again at 2026-08-28T12:12:10+02:00: it answered with status 500 (4 tries since "
          + "2026-08-28T09:42:10+02:00); colisd webhooks resume erp asks it now"
      ])
    #expect(
      stopped.faults == [
        "stopped since 2026-08-28T11:41:10+02:00, as it answered 410 (it wants no more); "
          + "colisd webhooks resume old-shop asks it again"
      ])
    #expect(
      withParked(1_204).faults == [
        "1,204 parked; once the cause is mended, colisd webhooks replay shop --parked sends them "
          + "again"
      ])
    let lines = WebhookList([failing, stopped]).text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("erp: asked again at ") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("old-shop: stopped since ") }, "\(lines)")
  }

  @Test func whatIsConfiguredNoMoreIsNoFault() throws {
    var former = withParked(2)
    former.server = nil
    former.pendingSince = Samples.time - 7_200
    #expect(former.faults.isEmpty && !former.isLate)
    let note = try #require(former.note)
    #expect(note.contains("nobody delivers to it"))
    let fresh = try #require(state(position: nil).note)
    #expect(fresh.contains("colisd webhooks replay shop --from 1"))
    for (state, note) in [(former, note), (state(position: nil), fresh)] {
      #expect(WebhookList([state]).text.contains("\nshop: \(note)\n"))
    }
  }

  @Test func whatWasRefusedAndWaitsIsExplained() {
    var state = refusing
    let first =
      "the first that was refused: 991122334455, seq 1, again at "
      + "2026-08-28T12:12:10+02:00: it answered with status 500"
    #expect(state.note == "2 wait for a try; \(first)")
    #expect(state.faults.isEmpty, "it is tried again by itself")
    #expect(WebhookList([state]).text.contains("\nshop: 2 wait for a try; \(first)\n"))
    state.counts.waiting = 1
    #expect(state.note == "1 waits for a try; \(first)")
    state.waiting.removeFirst()
    #expect(
      state.note == "1 waits for a try; the first that was refused: 991122334455, seq 2, "
        + "after an earlier one of its parcel: it answered with status 500")
    // What keeps all of them back is said alone.
    var failing = refusing
    failing.record?.outage = self.failing.record?.outage
    var stopped = refusing
    stopped.record?.stoppedAt = Samples.time
    for state in [failing, stopped] {
      #expect(state.note == nil)
      #expect(!WebhookList([state]).text.contains("refused"))
    }
  }

  @Test func parkedOnesAreListedWithTheFirstLineOfTheAnswer() {
    let text = WebhookList([withParked(14)]).text
    let lines = text.split(separator: "\n").map { $0.replacing(/[ ]{2,}/, with: "|") }
    #expect(
      lines.suffix(4) == [
        "endpoint|parcel|seq|parked at|tries|status|reason|answer",
        "shop|991122334455|4|2026-08-28T11:42:10+02:00|10|422|it answered with status 422|"
          + #"no order\u{1B}[31m é"#,
        "shop|991122334455|6|2026-08-28T11:42:10+02:00|10|-|-|-",
        "and 12 more of shop: colisd webhooks parked shop",
      ])
    #expect(!WebhookList([withParked(2)]).text.contains("more of"))
    #expect(!text.unicodeScalars.contains("\u{1b}"))
  }

  @Test func whatComesFromOutsideIsEscaped() {
    var state = failing
    state.record?.outage?.fault = DeliveryFault(reason: "no answer:\n\u{202e}x")
    let text = WebhookList([state]).text
    #expect(text.contains(#"no answer:\n\u{202E}x"#), "\(text)")
  }

  // MARK: In the status

  @Test func theStatusNamesThoseThatNeedSomebody() {
    var report = StatusReport(sources: [])
    var late = withParked(1)
    late.pendingSince = Samples.time - 7_200
    report.webhooks = [state("fine"), failing, late, state("former", server: nil)]
    let lines = report.text.split(separator: "\n").filter { $0.hasPrefix("webhook ") }
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("webhook       erp: asked again at ") == true, "\(lines)")
    #expect(
      lines.last?.hasPrefix("webhook       shop: late: the oldest") == true
        && lines.last?.contains("too low; 1 parked; ") == true, "\(lines)")
    let json = report.json.text
    #expect(json.contains(#""webhooks":[{"name":"fine","server":"#))
    #expect(json.hasSuffix(#""stopped_at":null,"outage":null}]}"#))
    #expect(!json.contains("_deliveries"), "the answers may hold a recipient's data")
  }
}
