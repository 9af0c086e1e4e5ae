import Carrier
import ParcelStore
import SampleValues
import Status
import Testing
import Views
import Webhooks

@Suite struct SendcloudBodyTests {
  @Test func anEventIsAChangeOfStatusAsSendcloudTellsIt() throws {
    #expect(
      try Samples.text(.event(Samples.noted()), to: Samples.endpoint(.sendcloud))
        == #"{"action": "parcel_status_changed", "timestamp": 1787910190000, "#
        + #""carrier_status_change_timestamp": 1787910130000, "parcel": {"id": null, "#
        + #""tracking_number": "991122334455", "#
        + #""tracking_url": "https://colisprive.com/moncolis/pages/DetailColis.aspx?numColis=99112233445575012&lang=fr", "#
        + #""status": {"id": 11, "message": "Delivered"}, "carrier": {"code": "colisprive"}, "#
        + #""order_number": "CMD-1", "postal_code": "75012", "country": {"iso_2": "FR"}}}"#)
  }

  @Test func withoutPersonalDataNothingOfTheRecipientIsLeft() throws {
    let endpoint = try Samples.endpoint(.sendcloud, personalData: false)
    let text = try Samples.text(.event(Samples.noted(label: "Remis à Mme Martin")), to: endpoint)
    for part in ["75012", "CMD-1", "Martin", "FR"] { #expect(!text.contains(part)) }
    #expect(text.contains(#""tracking_url": null"#) && text.contains(#""order_number": null"#))
    #expect(text.contains(#""status": {"id": 11, "message": "Delivered"}"#))
  }

  /// Each event has the status of its own, also where the parcel is further on by now.
  @Test(arguments: [
    (ParcelStatus.announced, #"{"id": 1, "message": "Announced"}"#),
    (.outForDelivery, #"{"id": 92, "message": "Driver en route"}"#),
    (.returned, #"{"id": 62992, "message": "Returned to sender"}"#),
  ])
  func eachChangeHasItsStatus(_ status: ParcelStatus, _ object: String) throws {
    let text = try Samples.text(.event(Samples.noted(status)), to: Samples.endpoint(.sendcloud))
    #expect(text.contains(#""status": \#(object)"#))
  }

  @Test func aLateScanDoesNotTakeAParcelBack() throws {
    let late = Samples.noted(.inTransit, changes: false)
    let text = try Samples.text(.event(late), to: Samples.endpoint(.sendcloud))
    #expect(text.contains(#""status": {"id": 11, "message": "Delivered"}"#))
  }

  @Test func aTimeThatTheCarrierDoesNotGiveIsNull() throws {
    let endpoint = try Samples.endpoint(.sendcloud)
    let undated = Samples.event(precision: .none)
    let slip = Samples.event(at: 253_402_210_800)
    for event in [undated, slip] {
      #expect(
        try Samples.text(.event(event), to: endpoint)
          .contains(#""carrier_status_change_timestamp": null"#))
    }
  }

  @Test func aCorrectionIsAChangeOfStatus() throws {
    let text = try Samples.text(
      .correction(Samples.correction()), to: Samples.endpoint(.sendcloud))
    #expect(
      text.hasPrefix(
        #"{"action": "parcel_status_changed", "timestamp": 1787910250000, "carrier_status_change_timestamp": null"#
      ))
    #expect(text.contains(#""status": {"id": 62992, "message": "Returned to sender"}"#))
  }

  @Test func anErasureHasAnActionOfItsOwnAndTheStatusThatIs() throws {
    let text = try Samples.text(.erasure(Samples.erasure()), to: Samples.endpoint(.sendcloud))
    #expect(text.hasPrefix(#"{"action": "parcel_erased", "timestamp": 1787910310000"#))
    #expect(text.contains(#""status": {"id": 11, "message": "Delivered"}"#))
    for part in ["75012", "CMD-1"] { #expect(!text.contains(part)) }
  }

  /// As `python3 -c 'import json; print(json.dumps(…))'` does.
  @Test func theBytesAreThoseOfPython() {
    let value = JSON.object([
      (
        "a",
        .array([
          .string("é\n\t\u{8}\u{c}\r\"\\/😀\u{7f}\u{202e}\u{1}"), .null, .bool(true), .integer(-1),
        ])
      ), ("b", .object([])),
    ])
    var bytes: [UInt8] = []
    value.writeAsPython(to: &bytes)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"a": ["\u00e9\n\t\b\f\r\"\\/\ud83d\ude00\u007f\u202e\u0001", null, true, -1], "b": {}}"#
    )
  }
}
