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
    let keys = try Self.keys(number)
    let store = try options.openForReading()
    var missing: [NotFound] = []
    for (index, key) in keys.enumerated() {
      do {
        if index > missing.count, !output.json { StandardOutput.writeLine("") }
        try await show(key, store)
      } catch let error as NotFound {
        missing.append(error)
      }
    }
    for error in missing.dropLast() { StandardError.writeLine("colisd: \(error)") }
    if let last = missing.last { throw last }
  }

  /// The numbers that were given. Of words that are no number each by itself as many as can be belong
  /// together: `991 122 334 455` is one number, and so is `991122334455 75012`.
  private static func keys(_ words: [String]) throws(ValidationError) -> [TrackingKey] {
    var keys: [TrackingKey] = []
    var rest = words[...]
    while !rest.isEmpty {
      var found: (TrackingKey, Int)?
      for length in (1...rest.count).reversed() {
        guard let key = TrackingKey(rest.prefix(length).joined()) else { continue }
        found = (key, length)
        break
      }
      guard let (key, length) = found else {
        throw ValidationError(
          "\"\(singleLine(rest.joined(separator: " ")))\" is no parcel number: it has 12 letters and digits, "
            + "and the postcode may follow (75012, B1000, L1234)")
      }
      keys.append(key)
      rest = rest.dropFirst(length)
    }
    return keys
  }

  private func show(_ key: TrackingKey, _ store: any StoreReader) async throws {
    let timelines = try await store.timelines(of: key.parcel, accountID: accountId)
    let mentions = try await mentions(of: key.parcel, store)
    guard let page = ParcelPage(of: key.parcel, timelines, mentions) else {
      let under = accountId.map { " under the account ID \($0)" } ?? ""
      throw NotFound(
        description: "no parcel \(key.parcel) is known\(under)" + mentions.rejectedText)
    }
    output.print(page.json) { page.text }
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
