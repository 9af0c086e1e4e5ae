import Carrier
import ParcelStore
import SampleValues
import Status
import Testing
import Webhooks

@Suite struct EventBodyTests {
  @Test func anEventIsWhatFollowersSeeWithItsParcel() throws {
    let endpoint = try Samples.endpoint()
    let entry = JournalEntry.event(Samples.noted(label: "Livré à \"la loge\""))
    #expect(
      try Samples.text(entry, to: endpoint)
        == #"{"type":"parcel.event","timestamp":"2026-08-28T09:42:10Z","data":{"seq":7,"#
        + #""parcel":"991122334455","occurred_at":"2026-08-28T11:42:10+02:00","precision":"second","#
        + #""received_at":"2026-08-28T09:43:10Z","code":"L1","label":"Livré à \"la loge\"","#
        + #""status":"delivered","reason":null,"mode":null,"site":"75A","file":"out/a.csv","line":3,"#
        + #""occurred_text":null,"account_id":"EM180619","source":null,"type":"event","#
        + #""order":"CMD-1","postcode":"75012","contract":"dupont","current_status":"delivered","#
        + #""is_first_of_status":true}}"#)
    #expect(
      DeliveryBody(entry, of: Samples.parcelAtTry, to: endpoint)?.contentType == "application/json")
  }

  @Test func theCurrentStatusIsThatOfTheTry() throws {
    var event = Samples.noted(.inTransit, isFirst: false)
    event.timeText = "28/10 02:30"
    let text = try Samples.text(.event(event), to: Samples.endpoint())
    #expect(text.contains(#""status":"in_transit""#))
    #expect(text.contains(#""current_status":"delivered","is_first_of_status":false}"#))
    #expect(text.contains(#""occurred_text":"28/10 02:30""#))
  }

  @Test func withoutPersonalDataNothingOfTheRecipientIsLeft() throws {
    var event = Samples.noted(label: "Remis à Mme Martin")
    event.timeText = "28/10 02:30 Martin"
    let text = try Samples.text(.event(event), to: Samples.endpoint(personalData: false))
    for part in ["Martin", "CMD-1", "75012"] { #expect(!text.contains(part)) }
    #expect(text.contains(#""label":null"#) && text.contains(#""occurred_text":null"#))
    #expect(text.contains(#""order":null,"postcode":null,"contract":"dupont""#))
    #expect(text.contains(#""code":"L1""#) && text.contains(#""status":"delivered""#))
  }

  @Test func anUndatedEventCountsFromWhenItCame() throws {
    let undated = Samples.event(precision: .none)
    let text = try Samples.text(.event(undated), of: ParcelStanding(), to: Samples.endpoint())
    #expect(text.hasPrefix(#"{"type":"parcel.event","timestamp":"2026-08-28T09:43:10Z""#))
    #expect(
      text.hasSuffix(
        #""order":null,"postcode":null,"contract":null,"current_status":null,"is_first_of_status":null}}"#
      ))
  }

  @Test func aCorrectionSaysWhatTheMapHasLearnt() throws {
    let text = try Samples.text(.correction(Samples.correction()), to: Samples.endpoint())
    #expect(
      text
        == #"{"type":"parcel.status_corrected","timestamp":"2026-08-28T09:44:10Z","data":{"seq":9,"#
        + #""parcel":"991122334455","occurred_at":null,"precision":null,"#
        + #""received_at":"2026-08-28T09:44:10Z","code":null,"label":null,"status":"returned","#
        + #""reason":"refused","mode":null,"site":null,"file":null,"line":null,"occurred_text":null,"#
        + #""account_id":"EM180619","source":null,"type":"correction","#
        + #""previous_status":"in_transit","map":"2-abc","order":"CMD-1","postcode":"75012","#
        + #""contract":"dupont","current_status":"delivered","is_first_of_status":null}}"#)
  }

  /// By then the number may be that of another parcel, whose data has not been erased.
  @Test func anErasureNamesNothingOfTheRecipient() throws {
    let text = try Samples.text(.erasure(Samples.erasure()), to: Samples.endpoint())
    #expect(
      text
        == #"{"type":"parcel.erased","timestamp":"2026-08-28T09:45:10Z","data":{"seq":11,"#
        + #""parcel":"991122334455","occurred_at":null,"received_at":"2026-08-28T09:45:10Z","#
        + #""precision":null,"code":null,"label":null,"status":null,"reason":null,"mode":null,"#
        + #""site":null,"file":null,"line":null,"occurred_text":null,"source":null,"#
        + #""account_id":"EM180619","type":"erasure","order":null,"postcode":null,"#
        + #""contract":"dupont","current_status":"delivered","is_first_of_status":null}}"#)
  }

  @Test func nothingIsSentOfWhatIsNoMore() throws {
    let pruned = JournalEntry.pruned(PrunedRange(1...5))
    for format in [Endpoint.Format.event, .sendcloud] {
      let endpoint = try Samples.endpoint(format)
      #expect(DeliveryBody(pruned, of: Samples.parcelAtTry, to: endpoint) == nil)
    }
  }

  @Test func aTestIsAboutNoParcel() throws {
    let body = DeliveryBody(testOf: try Samples.endpoint(), at: Samples.time)
    #expect(
      String(decoding: body.bytes, as: UTF8.self)
        == #"{"type":"webhook.test","timestamp":"2026-08-28T09:42:10Z","data":{"endpoint":"shop"}}"#
    )
    let other = DeliveryBody(testOf: try Samples.endpoint(.sendcloud), at: Samples.time)
    #expect(String(decoding: other.bytes, as: UTF8.self) == #"{"action": "test_webhook"}"#)
  }
}
