import Carrier
import Contract
import ParcelStore
import Status

/// Values as a store and contracts give them.
public enum Samples {
  /// 2026-08-28T11:42:10+02:00 in Paris.
  public static let time: Int64 = 1_787_910_130
  public static let shop = pair("E1", "EM180619")
  public static let other = pair("D0", "EM000001")

  public static func pair(_ account: String, _ id: String) -> AccountPair {
    guard let pair = AccountPair(account: account, accountID: id) else {
      preconditionFailure("\(account) / \(id) is no pair")
    }
    return pair
  }

  public static let parcel: ParcelNumber = {
    guard let number = ParcelNumber("991122334455") else { preconditionFailure("no number") }
    return number
  }()

  public static func event(
    _ status: ParcelStatus = .delivered, label: String? = nil, seq: Int64 = 7,
    at seconds: Int64 = time, precision: EventTime.Precision = .second,
    account: AccountPair = shop
  ) -> StoredEvent {
    var event = StoredEvent(
      seq: seq, parcel: ParcelOfAccount(number: parcel, account: account),
      time: EventTime(seconds: precision == .none ? 0 : seconds, precision: precision),
      wording: Wording(code: "L1", label: label),
      origin: EventOrigin(source: nil, file: "out/a.csv", line: 3, receivedAt: time + 60))
    event.meaning = Meaning(status: status)
    event.site = "75A"
    return event
  }

  public static func timeline(
    _ events: [StoredEvent], account: AccountPair = shop, order: String = "CMD-1",
    postcode: String? = "75012"
  ) -> ParcelTimeline {
    var timeline = ParcelTimeline(
      parcel: parcel, account: account,
      details: ParcelDetails(order: order, postcode: postcode, country: "FR"), events: events)
    timeline.contract = "dupont"
    timeline.service = .homeFR
    return timeline
  }

  public static func contract(
    requested: String? = "2026-08-01", account: String? = "E1", accountID: String? = "EM180619"
  ) -> MerchantContract {
    var fields: [ContractField: String] = [
      .username: "DUPONTWS", .password: ServiceForm.secretGiven,
    ]
    fields[.account] = account
    fields[.accountID] = accountID
    return MerchantContract(
      form: ContractForm(
        id: "dupont", name: "Mon contrat", subscription: .init(plan: "growth", active: "true"),
        tracking: .init(requested: requested), services: [.homeFR: ServiceForm(fields: fields)]))
  }

  public static func file(
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
