import Carrier
import Contract
import Operators
import ParcelStore
import SampleValues
import Status
import Views

/// What only pages are made of.
extension Samples {
  static func request(
    _ language: Language = .french, path: [String] = [], query: [(name: String, value: String)] = []
  ) -> PageRequest {
    PageRequest(path: path, query: query, acceptLanguage: language.rawValue, now: time)
  }

  static func summary(_ status: ParcelStatus = .delivered, order: String? = "CMD-1")
    -> ParcelSummary
  {
    ParcelSummary(
      parcel: parcel, account: shop,
      details: ParcelDetails(order: order, postcode: "75012", country: "FR"),
      meaning: Meaning(status: status), since: time)
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

  /// A file that came in a minute ago.
  static func freshFile(_ path: String = "a.csv") -> LedgerFile {
    var file = Samples.file(path)
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
