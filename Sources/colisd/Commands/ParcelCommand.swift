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
    let numbers = try Self.numbers(number)
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

  /// A number that was asked for.
  private struct Asked {
    var parcel: ParcelNumber
    /// The same characters as a number of another form, without a postcode in it; nil: it is no other one.
    var other: ParcelNumber?
    /// With the postcode, where one was given.
    var key: TrackingKey?
  }

  /// The numbers that were given. Of words that are no number each by itself as many as can be belong
  /// together: `991 122 334 455` is one number, and so is `991122334455 75012`.
  private static func numbers(_ words: [String]) throws(ValidationError) -> [Asked] {
    var numbers: [Asked] = []
    var rest = words[...]
    while !rest.isEmpty {
      var found: (Asked, Int)?
      for length in (1...rest.count).reversed() {
        let text = rest.prefix(length).joined()
        guard let key = TrackingKey(text) else { continue }
        let other = key.postcode == nil ? nil : ParcelNumber(any: text)
        found = (Asked(parcel: key.parcel, other: other, key: key), length)
        break
      }
      if found == nil, let word = rest.first, word.utf8.count >= shortestOther,
        word.contains(where: \.isNumber), let number = ParcelNumber(any: word)
      {
        found = (Asked(parcel: number), 1)
      }
      guard let (number, length) = found else {
        throw ValidationError(
          "\"\(singleLine(rest.joined(separator: " ")))\" is no parcel number: it has 12 letters and digits, "
            + "and the postcode may follow (75012, B1000, L1234)")
      }
      numbers.append(number)
      rest = rest.dropFirst(length)
    }
    return numbers
  }

  /// Shorter words are rather a mistake than a number of another form.
  static let shortestOther = 5

  private func show(
    _ asked: Asked, _ deadline: PickupDeadline, _ store: any StoreReader
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
