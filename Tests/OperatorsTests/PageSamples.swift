import Carrier
import Contract
import Operators
import ParcelStore
import Status
import Views

/// Values as a store and contracts give them.
enum PageSamples {
  /// 2026-08-28T11:42:10+02:00 in Paris.
  static let time: Int64 = 1_787_910_130
  static let account = pair("E1", "EM180619")

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

  static func request(
    _ language: Language = .french, path: [String] = [], query: [(name: String, value: String)] = []
  ) -> PageRequest {
    PageRequest(path: path, query: query, acceptLanguage: language.rawValue, now: time)
  }

  static func event(
    _ status: ParcelStatus = .delivered, label: String? = nil, seq: Int64 = 7
  ) -> StoredEvent {
    var event = StoredEvent(
      seq: seq, parcel: ParcelOfAccount(number: parcel, account: account),
      time: EventTime(seconds: time - 100 + seq, precision: .second),
      wording: Wording(code: "L1", label: label),
      origin: EventOrigin(source: nil, file: "out/a.csv", line: 3, receivedAt: time))
    event.meaning = Meaning(status: status)
    event.site = "75A"
    return event
  }

  static func timeline(_ events: [StoredEvent], order: String = "CMD-1") -> ParcelTimeline {
    var timeline = ParcelTimeline(
      parcel: parcel, account: account,
      details: ParcelDetails(order: order, postcode: "75012", country: "FR"), events: events)
    timeline.contract = "dupont"
    timeline.service = .homeFR
    return timeline
  }

  static func summary(_ status: ParcelStatus = .delivered, order: String? = "CMD-1")
    -> ParcelSummary
  {
    ParcelSummary(
      parcel: parcel, account: account,
      details: ParcelDetails(order: order, postcode: "75012", country: "FR"),
      meaning: Meaning(status: status), since: time)
  }

  static func contract(requested: String? = "2026-08-01", accountID: String? = "EM180619")
    -> MerchantContract
  {
    var fields: [ContractField: String] = [
      .username: "DUPONTWS", .password: ServiceForm.secretGiven, .account: "E1",
    ]
    fields[.accountID] = accountID
    return MerchantContract(
      form: ContractForm(
        id: "dupont", name: "Mon contrat", subscription: .init(plan: "growth", active: "true"),
        tracking: .init(requested: requested), services: [.homeFR: ServiceForm(fields: fields)]))
  }

  static func report(_ contract: MerchantContract) -> ContractsReport {
    ContractsReport(ContractSet([contract]), FeedKnowledge(now: time))
  }

  /// A daemon that read its only source 42 seconds ago.
  static func status() -> StatusReport {
    var source = SourceState(name: "drop", host: "sftp.example.net")
    source.isReachable = true
    (source.lastPoll, source.lastSuccess) = (time - 42, time - 42)
    var status = StatusReport(sources: [source])
    status.writer = "process 7"
    status.polls.next = time + 18
    status.counts.files = [.ingested: 3]
    return status
  }

  static func file(_ path: String = "a.csv", _ state: FileState = .ingested) -> LedgerFile {
    var file = LedgerFile(id: FileID(rawValue: 1), path: path, state: state)
    file.counts.rows = 1_204
    file.counts.eventsNew = 1_200
    file.ingestedAt = time - 60
    file.seenAt = time - 132
    return file
  }

  /// The HTML of a page of a template.
  static func html(
    _ name: PageTemplates.Name, _ content: PageContext, _ request: PageRequest = request()
  ) -> String {
    var context = PageFrame(request, .parcels, title: "title").context
    context.add(content)
    return String(decoding: PageTemplates.shared.html(name, context), as: UTF8.self)
  }
}
