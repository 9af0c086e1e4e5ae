import ArgumentParser
import Carrier
import Ingest
import ParcelStore
import TrackingFile
import Views

/// `colisd parcel NUMBER`: where a parcel is.
struct ParcelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parcel", abstract: "Show a parcel's timeline, or those of several parcels.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .long, help: ArgumentHelp("Only under this account ID.", valueName: "id"))
  var accountId: String?

  @Argument(
    parsing: .remaining,
    help: ArgumentHelp(
      "The parcel number, with or without postcode and spaces; or several numbers.",
      valueName: "number"))
  var number: [String]

  func run() async throws {
    let numbers = try AskedNumber.read(number)
    let configuration = try options.read()
    let deadline = PickupDeadline(days: configuration.pickupDays)
    let store = try configuration.openStore(for: .reading)
    var missing: [NotFound] = []
    for (index, number) in numbers.enumerated() {
      do {
        if index > missing.count, !output.json { StandardOutput.writeLine("") }
        try await show(number, deadline, store)
      } catch let error as NotFound {
        missing.append(error)
      }
    }
    for error in missing.dropLast() { StandardError.writeLine("colisd: \(error)") }
    if let last = missing.last { throw last }
  }

  private func show(
    _ asked: AskedNumber, _ deadline: PickupDeadline, _ store: any StoreReader
  ) async throws {
    for parcel in [asked.parcel, asked.other].compactMap(\.self) {
      let timelines = try await store.timelines(of: parcel, accountID: accountId)
      let mentions = try await mentions(of: parcel, store)
      if var page = ParcelPage(of: parcel, timelines, mentions) {
        if parcel == asked.parcel { page.asked = asked.key }
        page.deadline = deadline
        output.print(page.json) { [page] in page.text }
        return
      }
      guard parcel == asked.other || asked.other == nil else { continue }
      let under = accountId.map { " under the account ID \($0)" } ?? ""
      let hint = asked.parcel.isColisPrive ? "" : "; a number of Colis Privé has 12 characters"
      throw NotFound(
        description: "no parcel \(asked.parcel) is known\(under)" + hint + mentions.rejectedText)
    }
  }

  /// What is held or was rejected of it.
  private func mentions(
    of parcel: ParcelNumber, _ store: any StoreReader
  ) async throws -> RawMentions {
    let bar = ProgressBar()
    defer { bar?.finish() }
    return try await store.mentions(of: parcel, accountID: accountId) { done, all in
      var progress = IngestProgress()
      (progress.held, progress.heldDone) = (all, done)
      bar?.show(progress, of: .local)
    }
  }
}
