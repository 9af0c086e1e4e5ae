import Carrier
import Contract
import ParcelStore
import Status

/// Values as a store and contracts give them.
enum Samples {
  /// 2026-08-28T11:42:10+02:00 in Paris.
  static let time: Int64 = 1_787_910_130
  static let shop = pair("E1", "EM180619")
  static let other = pair("D0", "EM000001")

  static func pair(_ account: String, _ id: String) -> AccountPair {
    guard let pair = AccountPair(account: account, accountID: id) else {
      preconditionFailure("\(account) / \(id) is no pair")
    }
    return pair
  }

  static let parcel: ParcelNumber = {
    guard let number = ParcelNumber("991122334455") else { preconditionFailure("no number") }
    return number
  }()

  static func event(
    _ status: ParcelStatus = .delivered, seq: Int64 = 7,
    precision: EventTime.Precision = .second, account: AccountPair = shop
  ) -> StoredEvent {
    var event = StoredEvent(
      seq: seq, parcel: ParcelOfAccount(number: parcel, account: account),
      time: EventTime(seconds: precision == .none ? 0 : time, precision: precision),
      wording: Wording(code: "L1", label: nil),
      origin: EventOrigin(source: nil, file: "out/a.csv", line: 3, receivedAt: time + 60))
    event.meaning = Meaning(status: status)
    event.site = "75A"
    return event
  }

  static func timeline(
    _ events: [StoredEvent], account: AccountPair = shop, postcode: String? = "75012"
  ) -> ParcelTimeline {
    var timeline = ParcelTimeline(
      parcel: parcel, account: account,
      details: ParcelDetails(order: "CMD-1", postcode: postcode, country: "FR"), events: events)
    timeline.contract = "dupont"
    timeline.service = .homeFR
    return timeline
  }

  static func contract(requested: String? = "2026-08-01", account: String? = "E1")
    -> MerchantContract
  {
    var fields: [ContractField: String] = [
      .username: "DUPONTWS", .password: ServiceForm.secretGiven, .accountID: "EM180619",
    ]
    fields[.account] = account
    return MerchantContract(
      form: ContractForm(
        id: "dupont", name: "Mon contrat", subscription: .init(plan: "growth", active: "true"),
        tracking: .init(requested: requested), services: [.homeFR: ServiceForm(fields: fields)]))
  }

  static func file(
    _ path: String = "a.csv", counts: FileCounts = FileCounts(), error: String? = nil,
    postAction: PostAction = .leave
  ) -> LedgerFile {
    var file = LedgerFile(
      id: FileID(rawValue: 1), path: path, state: error == nil ? .ingested : .failed)
    (file.size, file.mtime) = (10, time)
    file.sha256 = [0xab, 0x01]
    file.counts = counts
    file.error = error
    file.ingestedAt = time
    file.postAction = postAction
    return file
  }
}
