import ParcelStore
import SampleValues
import Testing
import Views

/// Why an endpoint of webhooks is late, and what to do.
@Suite struct WebhookLatenessTests {
  private static let hour: Int64 = 3_600

  private static let outage = EndpointOutage(
    since: Samples.time - 7_200, tries: 4, nextAt: Samples.time + 1_800,
    fault: DeliveryFault(status: 500, reason: "it answered with status 500"))

  private var state: WebhookState {
    var state = WebhookState(name: "shop", server: "https://shop.example.net")
    state.record = EndpointRecord(name: "shop", position: 7, since: Samples.time - 100)
    state.lastSeq = 9
    state.readAt = Samples.time
    return state
  }

  private var refused: OpenDelivery {
    OpenDelivery(
      seq: 1, parcel: Samples.parcel, state: .waiting(until: Samples.time + 1_800), tries: 3,
      fault: DeliveryFault(status: 500, reason: "it answered with status 500"))
  }

  @Test func whatHasWaitedForMoreThanAnHourIsLate() {
    var state = state
    state.pendingSince = Samples.time - Self.hour
    #expect(!state.isLate && state.faults.isEmpty)
    state.pendingSince = Samples.time - Self.hour - 1
    #expect(state.isLate)
    #expect(
      state.faults == [
        "late: the oldest entry has waited since 2026-08-28T10:42:09+02:00; if colisd runs, it "
          + "answers slowly, or rate: in the configuration is too low"
      ])
    // Why an endpoint in an outage has nothing is said before.
    var failing = state
    failing.record?.outage = Self.outage
    failing.pendingSince = Samples.time - 7_200
    #expect(failing.faults.count == 2)
    #expect(
      failing.faults.last == "late: the oldest entry has waited since 2026-08-28T09:42:10+02:00")
  }

  @Test func oneThatIsLateForWhatItHasRefusedIsNotCalledSlow() {
    var state = state
    state.counts = OpenDeliveryCounts(waiting: 2)
    state.waiting = [refused]
    state.pendingSince = Samples.time - 7_200
    let late =
      "late: the oldest entry has waited since 2026-08-28T09:42:10+02:00; 2 wait for a try; the "
      + "first that was refused: 991122334455, seq 1, again at 2026-08-28T12:12:10+02:00: it "
      + "answered with status 500; once the cause is mended, colisd webhooks resume shop tries at once"
    #expect(state.faults == [late])
    #expect(state.note == nil, "it is said once")
    var report = StatusReport(sources: [])
    report.webhooks = [state]
    #expect(report.text.contains("webhook       shop: \(late)\n"), "\(report.text)")
    // What comes after it is not late.
    state.behindSince = Samples.time - Self.hour
    #expect(state.faults == [late])
    // It is.
    state.behindSince = Samples.time - Self.hour - 1
    #expect(
      state.faults == [
        late + "; what was not tried yet has waited since 2026-08-28T10:42:09+02:00: if colisd "
          + "runs, it answers slowly, or rate: in the configuration is too low"
      ])
    // In an outage what was refused before is not the cause.
    state.record?.outage = Self.outage
    #expect(
      state.faults.last == "late: the oldest entry has waited since 2026-08-28T09:42:10+02:00")
  }
}
