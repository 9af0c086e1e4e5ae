import ArgumentParser
import Carrier
import Contract
import ParcelStore
import Views

/// `colisd parcels`: a list.
struct ParcelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parcels", abstract: "List parcels, the latest status first.",
    discussion: """
      Without --limit a hundred are listed, with --limit all every one. What is cut off is said on standard \
      error. In JSON each parcel has the cursor with which the next page begins. --since and --until are about when the status began.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions
  @OptionGroup var asked: ParcelFilterOptions

  @Option(
    name: .long, help: ArgumentHelp("At most so many, or all (default: 100).", valueName: "count"))
  var limit: ListLimit?

  @Option(
    name: .long,
    help: ArgumentHelp("Begin after the parcel that has this cursor.", valueName: "cursor"))
  var cursor: ParcelCursor?

  @Flag(name: .long, help: "Only say how many there are.")
  var count = false

  /// How many are read at once: some megabytes. Fewer at first, as somebody may only want to see the first ones.
  private static let (firstPage, page) = (1_000, 20_000)
  /// How many are printed at once.
  private static let printed = 1_000
  /// Counting further would take long.
  private static let mostCounted = 10_000

  func validate() throws {
    if let limit, limit.count < 1 {
      throw ValidationError("--limit must be at least 1; --limit all lists everything")
    }
    guard count else { return }
    if limit != nil || cursor != nil || output.csv {
      throw ValidationError("--count says one number: leave --limit, --cursor and --csv out")
    }
  }

  func run() async throws {
    let configuration = try options.read()
    var filter = try ValidationError.of { () throws(QuestionFault) in
      try asked.question.filter(now: currentTime(), pickupDays: configuration.pickupDays)
    }
    if let daemon = configuration.daemonSocket {
      if count {
        return try await daemon.show(["parcels"], asked.query + [("count", "1")], .init(output))
      }
      return try await list(limit?.count ?? 100, asking: daemon)
    }
    let store = try await configuration.openStore(for: .reading)
    if let contract = asked.contract { try await expectKnown(contract, configuration, store) }
    if count {
      let all = try await store.parcelCount(filter)
      if output.json {
        StandardOutput.writeLine(JSON.object([("count", JSON(all))]).text)
      } else {
        StandardOutput.writeLine("\(all)")
      }
      return
    }
    let limit = limit?.count ?? 100
    filter.after = cursor
    let (shown, last) = try await list(filter, limit, store)
    if shown == limit { try await sayWhatIsLeft(filter, shown, after: last, store) }
    if shown == 0 { try await hint(store) }
  }

  /// - Returns: how many were printed, and where the last one stands.
  private func list(
    _ filter: ParcelFilter, _ limit: Int, _ store: any ParcelReader
  ) async throws -> (shown: Int, last: ParcelCursor?) {
    var (filter, printer, shown) = (filter, PagePrinter<ParcelList>(output), 0)
    let progress = ListProgress("parcels")
    defer { progress.finish() }
    var all: Int?
    while shown < limit {
      filter.limit = min(shown == 0 ? Self.firstPage : Self.page, limit - shown)
      let page = try await store.parcels(filter)
      for start in stride(from: 0, to: page.count, by: Self.printed) {
        let part = Array(page[start..<min(start + Self.printed, page.count)])
        printer.print(ParcelList(part, isFirst: printer.isFirst))
      }
      shown += page.count
      guard let last = page.last else { break }
      // Where the list begins after a cursor, what stands before it can't be counted.
      if progress.isShown, all == nil, cursor == nil, shown < limit {
        all = try await store.parcelCount(filter, most: limit)
      }
      progress.show(shown, of: all)
      filter.after = last.cursor
      if page.count < filter.limit { break }
    }
    printer.finish("no parcels")
    return (shown, filter.after)
  }

  private func sayWhatIsLeft(
    _ filter: ParcelFilter, _ shown: Int, after last: ParcelCursor?, _ store: any ParcelReader
  ) async throws {
    guard cursor == nil else {
      // How many stand before the cursor is not known, so they can't be counted either.
      var next = filter
      (next.after, next.limit) = (last, 1)
      if try await !store.parcels(next).isEmpty {
        StandardError.writeLine("\(shown), and more; --limit")
      }
      return
    }
    try await sayWhatIsLeft(shown) { try await store.parcelCount(filter, most: $0) }
  }

  /// - Parameter count: counts so far at most.
  private func sayWhatIsLeft(_ shown: Int, count: (Int) async throws -> Int) async throws {
    let most = max(Self.mostCounted, shown)
    let all = try await count(most + 1)
    guard all > shown else { return }
    let text = all > most ? "more than \(groupedNumber(most))" : "\(all)"
    StandardError.writeLine("\(shown) of \(text); --limit")
  }

  /// The same as a user who may not read the store.
  private func list(_ limit: Int, asking daemon: DaemonSocket) async throws {
    let isCut = try await daemon.list(
      ["parcels"], asked.query + [("cursor", cursor?.description)], limit: limit, .init(output),
      empty: "no parcels", most: Self.firstPage)
    guard isCut else { return }
    guard cursor == nil else { return StandardError.writeLine("\(limit), and more; --limit") }
    try await sayWhatIsLeft(limit) { most in
      try await daemon.parcelCount(asked.query, most: most)
    }
  }

  private func expectKnown(
    _ contract: String, _ configuration: Configuration, _ store: any FeedReader
  ) async throws {
    do {
      try await ContractSlip.refuse(contract, .options, store) {
        (try? ContractFolder.read(configuration.contractsDirectory))?.set.contracts.map(\.id) ?? []
      }
    } catch let fault as QuestionFault {
      throw ValidationError("\(fault)")
    }
  }

  /// What may have been meant, where nothing was found.
  private func hint(_ store: any StoreReader) async throws {
    if let site = asked.site?.withoutBlanksAround {
      let sites = try await store.sites(limit: 10_000)
      if !sites.contains(where: { $0.lowercased() == site.lowercased() }) {
        Self.note("no event has the site", site, sites)
      }
    }
    if let id = asked.accountId?.withoutBlanksAround {
      let ids = try await store.feeds().map(\.account.accountID)
      if !ids.contains(where: { $0.lowercased() == id.lowercased() }) {
        Self.note("no contract has the account ID", id, Set(ids).sorted())
      }
    }
  }

  private static func note(_ what: String, _ word: String, _ known: [String]) {
    let hint = word.nearest(among: known).map { "; did you mean \($0)?" } ?? ""
    StandardError.writeLine("note: \(what) \(singleLine(word))\(singleLine(hint))")
  }
}

extension ParcelCursor: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
