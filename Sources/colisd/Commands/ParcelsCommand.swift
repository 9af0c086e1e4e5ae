import ArgumentParser
import Carrier
import ParcelStore
import Status
import Views

/// `colisd parcels`: a list.
struct ParcelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parcels", abstract: "List parcels, the latest status first.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Only with this status, such as delivered.", valueName: "status"))
  var status: String?

  @Option(name: .long, help: ArgumentHelp("Only under this account ID.", valueName: "id"))
  var accountId: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only with a status from this time on: 2026-08-28, RFC 3339, or an age such as 72h.",
      valueName: "time"))
  var since: TimeArgument?

  @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit = 100

  func validate() throws {
    if let status, ParcelStatus(name: status) == nil {
      let names = ParcelStatus.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("\"\(status)\" is no status; there are \(names)")
    }
    if limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let store = try options.openForReading()
    let filter = ParcelFilter(
      status: status.flatMap { ParcelStatus(name: $0) }, accountID: accountId,
      since: since?.seconds, limit: limit)
    let parcels = try await store.parcels(filter)
    if parcels.count == limit {
      let all = try await store.parcelCount(filter)
      if all > parcels.count {
        StandardError.writeLine("\(parcels.count) of \(all); --limit")
      }
    }
    let list = ParcelList(parcels)
    output.print(list.json) { list.text }
  }
}
