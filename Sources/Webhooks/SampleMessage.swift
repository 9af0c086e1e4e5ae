import Carrier
import ParcelStore
import Status
import Views

/// Messages with as much and with as little in them as there may be, with which a template is tried out.
struct SampleMessage {
  /// For a sentence: "filled in with …".
  let name: String
  let json: JSON

  static let all: [SampleMessage] = {
    guard let number = ParcelNumber("991122334455"),
      let account = AccountPair(account: "E1", accountID: "EM180619")
    else { return [] }
    let parcel = ParcelOfAccount(number: number, account: account)
    var known = ParcelStanding()
    known.details = ParcelDetails(order: #"A "B" \ C"#, postcode: "75012", country: "FR")
    (known.contract, known.meaning) = ("dupont", Meaning(status: .delivered, mode: .hand))
    let time: Int64 = 1_787_910_130
    let full = event(parcel, EventTime(seconds: time, precision: .second), at: time)
    let correction = StatusCorrection(
      seq: 3, parcel: parcel, at: time, map: "1", change: (.inTransit, Meaning(status: .delivered)))
    let erasure = Erasure(seq: 4, number: number, account: nil, at: time)
    return [
      sample("an event", .event(full), known),
      sample("an event of which little is known", .event(bare(parcel, at: time)), ParcelStanding()),
      sample("a correction", .correction(correction), known),
      sample("an erasure", .erasure(erasure), ParcelStanding()),
    ].compactMap { $0 }
  }()

  private static func sample(
    _ name: String, _ entry: JournalEntry, _ parcel: ParcelStanding
  ) -> SampleMessage? {
    entry.message(of: parcel, personalData: true).map { SampleMessage(name: name, json: $0) }
  }

  private static func event(
    _ parcel: ParcelOfAccount, _ time: EventTime, at received: Int64
  ) -> StoredEvent {
    var event = StoredEvent(
      seq: 1, parcel: parcel, time: time,
      wording: Wording(code: "LIV", label: #"Livré : "à la loge" \ <rez-de-chaussée>"#),
      origin: EventOrigin(source: "colisprive", file: "out/a.csv", line: 2, receivedAt: received))
    event.meaning = Meaning(status: .delivered, reason: nil, mode: .hand)
    event.site = "75A"
    event.timeText = "28/08/2026 11:42"
    event.effect = StatusEffect(changesStatus: true, isFirstOfStatus: true)
    return event
  }

  private static func bare(_ parcel: ParcelOfAccount, at received: Int64) -> StoredEvent {
    StoredEvent(
      seq: 2, parcel: parcel, time: .missing, wording: Wording(code: nil, label: nil),
      origin: EventOrigin(source: nil, file: "a.csv", line: 1, receivedAt: received))
  }
}
