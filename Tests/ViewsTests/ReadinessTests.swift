import ParcelStore
import SampleValues
import Testing
import Views

/// `/readyz`: what makes it 503, and what is only named.
@Suite struct ReadinessTests {
  private let now: Int64 = 1_787_910_130

  private func source(listed age: Int64) -> (state: SourceState, longest: Int64) {
    var state = SourceState(name: "drop", host: "sftp.example.net")
    state.lastSuccess = now - age
    return (state, 180)
  }

  private func webhook(waiting age: Int64?, server: String? = "https://shop.example.net")
    -> WebhookState
  {
    var state = WebhookState(name: "shop", server: server)
    state.record = EndpointRecord(name: "shop", position: 7, since: now - 86_400)
    state.pendingSince = age.map { now - $0 }
    state.readAt = now
    return state
  }

  @Test func whereAllIsWellNothingIsNamed() {
    let readiness = Readiness(
      [source(listed: 60)],
      webhooks: [
        webhook(waiting: nil), webhook(waiting: 3_600), WebhookState(name: "new", server: "x"),
      ],
      now: now)
    #expect(readiness.isReady)
    #expect(
      readiness.json.text == #"{"ready":true,"reasons":[],"notes":[],"workers":null}"#)
  }

  @Test func aLateEndpointIsAReasonAndLeavesItReady() {
    var late = webhook(waiting: 7_200)
    late.record?.outage = EndpointOutage(
      since: now - 7_200, tries: 3, nextAt: now,
      fault: DeliveryFault(status: 500, reason: "the answer has the status 500"))
    let readiness = Readiness(
      [source(listed: 60)], webhooks: [webhook(waiting: 3_601), late], now: now)
    #expect(readiness.isReady)
    let reasons = [
      "webhook shop (https://shop.example.net) has waited for 60 min",
      "webhook shop (https://shop.example.net) has waited for 2 h; the last try: the answer has the status 500",
    ]
    #expect(readiness.reasons == reasons)
    #expect(readiness.notes == reasons)
  }

  @Test func aStoppedEndpointIsAReasonUntilItIsTakenOutOfTheConfiguration() {
    var stopped = webhook(waiting: nil)
    stopped.record?.stoppedAt = now - 120
    let readiness = Readiness([], webhooks: [stopped], now: now)
    #expect(readiness.isReady)
    #expect(
      readiness.reasons == [
        "webhook shop (https://shop.example.net) was stopped 2 min ago, as it answered with 410"
      ])
    var removed = webhook(waiting: 7_200, server: nil)
    removed.record?.stoppedAt = now - 120
    #expect(Readiness([], webhooks: [removed], now: now).reasons == [])
  }

  @Test func whatALateEndpointHasRefusedIsTheCause() {
    var late = webhook(waiting: 7_200)
    late.waiting = [
      OpenDelivery(
        seq: 3, parcel: Samples.parcel, state: .waiting(until: now + 60), tries: 4,
        fault: DeliveryFault(status: 422, reason: "it answered with status 422"))
    ]
    #expect(
      Readiness([], webhooks: [late], now: now).reasons == [
        "webhook shop (https://shop.example.net) has waited for 2 h; what it has refused is tried "
          + "again: it answered with status 422"
      ])
  }

  @Test func whatDoesNotMakeItUnreadyIsNoReasonOfThat() {
    let readiness = Readiness(
      [source(listed: 600)], webhooks: [webhook(waiting: 7_200)], now: now)
    #expect(!readiness.isReady)
    #expect(readiness.faults.count == 1 && readiness.notes.count == 1)
    #expect(readiness.reasons == readiness.faults)
    let json = readiness.json.text
    #expect(json.hasPrefix(#"{"ready":false,"reasons":["source drop (sftp.example.net) was "#))
    #expect(
      json.contains(#""notes":["webhook shop (https://shop.example.net) has waited for 2 h"]"#))
    let unread = Readiness(fault: "the store can't be read")
    #expect(!unread.isReady && unread.reasons == ["the store can't be read"])
  }
}
