import ArgumentParser
import Carrier
import Ingest
import ParcelStore
import TrackingFile
import Views

/// `colisd erase NUMBER`: forgets a recipient's data of one parcel.
struct EraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase a recipient's data of one parcel; asks first on a terminal.",
    discussion: """
      Order reference, postcode and country go from the parcel and its held rows, the text from lines with its number \
      that could not be read, and these lines from the copies of files. Events and their counts stay. Rows of an \
      earlier time that come again bring the data back no more; later ones are about another parcel, as numbers \
      are used again. Afterwards the store is written again, so that nothing deleted is left in its files (on \
      PostgreSQL: VACUUM, so that no query finds it; see docs/scale.md); where \
      somebody reads it for long or the disk is too full, that is done later. May be given while the daemon runs, \
      and again after it was interrupted. Backups keep what they have.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The account ID; needed where several have the number.", valueName: "id"),
    completion: KnownWords.accountIDs)
  var accountId: String?

  @Flag(name: .long, help: "Do not ask. Needed where there is no terminal.")
  var yes = false

  @Argument(
    help: ArgumentHelp(
      "The parcel number, with or without postcode and spaces.", valueName: "number"))
  var number: [String]

  func run() async throws {
    let forms = try ValidationError.of { () throws(QuestionFault) in try AskedNumber.readOne(number)
    }.forms
    let configuration = try options.read()
    let store = try await configuration.openStore(for: .maintaining)
    let bar = ProgressBar()
    defer { bar?.finish() }
    guard let known = try await find(forms, store, bar) else {
      throw NotFound(try await notFound(forms, store, bar))
    }
    bar?.finish()
    if accountId == nil, known.accountIDs.count > 1 {
      throw ValidationError(
        "the number \(known.number) is known under several account IDs: add --account-id, one of "
          + known.accountIDs.map { singleLine($0) }.joined(separator: ", "))
    }
    if !yes { try confirm(known) }
    let layouts = try configuration.readLayouts()
    let upkeep = ErasureUpkeep(
      store: store, observer: EventLog(logger: configuration.logger(), bar: bar), now: currentTime
    ) { layouts }
    let summary = try await withStopSignals {
      try await upkeep.erase(known.number, of: known.accounts)
    }
    bar?.finish()
    var report = ErasureReport(known.number, accountIDs: known.accountIDs)
    report.events = known.events
    report.held = summary.held
    report.rejected = summary.rejected
    report.copies = summary.copies
    report.removedCopies = summary.removedCopies
    report.removedPaths = summary.removedPaths
    if case .owed(let reason) = summary.rewrite { report.owed = reason }
    output.print(report.json) { [report] in report.text }
  }

  /// What the store knows under a number.
  private struct Known {
    var number: ParcelNumber
    var timelines: [ParcelTimeline]
    var mentions: RawMentions

    var events: Int { timelines.reduce(0) { $0 + $1.events.count } }

    /// Those whose data is to be erased; nil: only lines that can't be read have the number.
    var accounts: [AccountPair?] {
      var pairs: [AccountPair] = []
      for pair in timelines.map(\.account) + mentions.held.map(\.account.account)
      where !pairs.contains(pair) {
        pairs.append(pair)
      }
      return pairs.isEmpty ? [nil] : pairs
    }

    var accountIDs: [String] { Set(accounts.compactMap { $0?.accountID }).sorted() }

    var isEmpty: Bool { timelines.isEmpty && mentions.isEmpty }
  }

  private func find(
    _ forms: [ParcelNumber], _ store: any StoreReader, _ bar: ProgressBar?,
    underAny: Bool = false
  ) async throws -> Known? {
    let id = underAny ? nil : accountId
    for number in forms {
      let known = Known(
        number: number, timelines: try await store.timelines(of: number, accountID: id),
        mentions: try await store.mentions(of: number, accountID: id) { done, all in
          var progress = IngestProgress()
          (progress.held, progress.heldDone) = (all, done)
          bar?.show(progress, of: .local)
        })
      if !known.isEmpty { return known }
    }
    return nil
  }

  private func notFound(
    _ forms: [ParcelNumber], _ store: any StoreReader, _ bar: ProgressBar?
  ) async throws -> String {
    let number = forms.first?.description ?? ""
    guard let accountId else { return "no parcel \(number) is known, and no row or line with it" }
    let known = try await find(forms, store, bar, underAny: true)?.accountIDs ?? []
    let elsewhere =
      known.isEmpty
      ? "" : "; it is known under \(known.map { singleLine($0) }.joined(separator: ", "))"
    return "no parcel \(number) is known under the account ID \(singleLine(accountId))\(elsewhere)"
  }

  /// Shows what goes, and asks for the number.
  private func confirm(_ known: Known) throws {
    guard Terminal.isThere else {
      throw ValidationError(
        "there is no terminal to ask on: add --yes to erase the recipient's data of parcel \(known.number) for good"
      )
    }
    for timeline in known.timelines {
      let fields = [
        ("order reference", timeline.details.order), ("postcode", timeline.details.postcode),
        ("country", timeline.details.country),
      ].compactMap { $0.1 == nil ? nil : $0.0 }
      let what =
        fields.isEmpty ? "nothing of the recipient is left" : fields.joined(separator: ", ")
      StandardError.writeLine(
        "parcel \(known.number) of account \(timeline.account.account) "
          + "\(singleLine(timeline.account.accountID)): \(what)")
    }
    for held in known.mentions.held {
      StandardError.writeLine(
        "\(countedRows(held.rows)) that are held under account \(held.account.account.account) "
          + singleLine(held.account.account.accountID))
    }
    if known.mentions.rejected > 0 {
      let lines = known.mentions.rejected == 1 ? "1 line" : "\(known.mentions.rejected) lines"
      StandardError.writeLine("the text of \(lines) that could not be read")
    }
    StandardError.writeLine(
      "This will be gone for good, in copies of files, too; events stay. Type the number \(known.number) to go on:"
    )
    guard let answer = try? Terminal().line(),
      answer.filter({ $0 != " " }).uppercased() == known.number.description
    else {
      StandardError.writeLine("nothing was erased")
      throw ExitCode.validationFailure
    }
  }
}
