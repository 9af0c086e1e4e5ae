import ArgumentParser
import Carrier
import ParcelStore
import Views

/// `colisd parcel NUMBER`: where a parcel is.
struct ParcelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parcel", abstract: "Show a parcel's timeline, or those of several parcels.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .long, help: ArgumentHelp("Only under this account ID.", valueName: "id"),
    completion: KnownWords.accountIDs)
  var accountId: String?

  @Argument(
    parsing: .remaining,
    help: ArgumentHelp(
      "The parcel number, with or without postcode and spaces; or several numbers.",
      valueName: "number"))
  var number: [String]

  func run() async throws {
    let numbers = try ValidationError.of { () throws(QuestionFault) in try AskedNumber.read(number)
    }
    let configuration = try options.read()
    let deadline = PickupDeadline(days: configuration.pickupDays)
    if let daemon = configuration.daemonSocket {
      return try await each(numbers) { number in
        try await daemon.show(
          ["parcels", number.withPostcode], [("account-id", accountId)], .init(output))
      }
    }
    let store = try await configuration.openStore(for: .reading)
    try await each(numbers) { try await show($0, deadline, store) }
  }

  /// Shows one after the other. Those that are not known are named at the end.
  private func each(
    _ numbers: [AskedNumber], _ show: (AskedNumber) async throws -> Void
  ) async throws {
    var missing: [NotFound] = []
    for (index, number) in numbers.enumerated() {
      do {
        if index > missing.count, !output.json { StandardOutput.writeLine("") }
        try await show(number)
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
    let page = try await SearchBar.showing { onProgress in
      try await ParcelQuestion(asked, accountID: accountId).page(
        in: store, deadline: deadline, onProgress: onProgress)
    }
    output.print(page.json) { page.text }
  }
}
