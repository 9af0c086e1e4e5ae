import ArgumentParser
import ParcelStore
import Views

/// `colisd events`: every event, one JSON object a line, in the order of `seq`.
struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Print events as NDJSON, in the order of seq.",
    discussion: """
      --since and --until are about when an event happened; one without a date counts by when it was received. \
      Entries of type correction say that the status map learnt. They count by when the status was corrected, and by \
      the status that it gave; with --site, --source or --csv there are none. Entries of type erasure say that a \
      recipient's data of the parcel is gone; with --status there are none either.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var asked: EventFilterOptions

  @Flag(name: .long, help: "Print CSV for a spreadsheet: semicolons, and a byte order mark.")
  var csv = false

  @OptionGroup var clock: ClockOption

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Begin after this one, a seq or STORE_ID:SEQ with the store_id of colisd status; from the first on \
      otherwise.
      """, valueName: "position"))
  var after = EventPosition(seq: 0)

  @Flag(name: .long, help: "Wait for more and print them as they are stored.")
  var follow = false

  @OptionGroup var bound: LimitOption

  /// How many are read at once.
  private static let page = 5_000
  /// The same for who has waited: a commit may have brought many more, and the first of them are printed at once.
  private static let firstPage = 500

  func validate() throws {
    if csv, follow { throw ValidationError("--csv is for a file that ends: leave --follow out") }
  }

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      if csv { throw ValidationError("--csv needs a user who may read the store: use sudo") }
      return try await daemon.printEvents(
        asked.query, after: after, limit: bound.limit, isFollowing: follow)
    }
    let store = try await configuration.openStore(for: .reading)
    let incarnation = try await store.incarnation()
    try refuse(after, notIn: incarnation)
    try await asked.source.expectKnown(store)
    let filter = try ValidationError.of(asked.question.filter)
    var next = after.seq
    var left = bound.limit ?? .max
    var isFirst = true
    var most = Self.page
    // A follower never comes to an end.
    let progress = follow ? nil : ListProgress("events")
    defer { progress?.finish() }
    let last = progress?.isShown == true ? try await store.counts().events : 0
    while left > 0 {
      guard
        let (page, now) = try await page(
          of: store, filter, after: next, limit: min(left, most))
      else { continue }
      most = Self.page
      try refuse(EventPosition(incarnation: incarnation, seq: next), notIn: now ?? incarnation)
      left -= write(page.entries, &isFirst)
      next = page.reached
      progress?.show(Int(next - after.seq), of: max(1, last - Int(after.seq)))
      guard page.isLast else { continue }
      guard follow else {
        if csv, isFirst { StandardOutput.write(CSVText.bytes([], titles: StoredEvent.keys)) }
        return
      }
      try await store.waitForEntries(after: next)
      most = Self.firstPage
    }
    let rest = try await store.journal(filter, after: next, limit: 1)
    if let limit = bound.limit, !rest.entries.isEmpty || !rest.isLast {
      // Nothing among the next ones does not mean nothing at all.
      let isKnown = rest.entries.contains { entry in
        if case .event = entry { true } else { !csv }
      }
      let more = isKnown ? "more" : "perhaps more"
      StandardError.writeLine("\(limit), and \(more); --limit")
    }
  }

  private func refuse(
    _ position: EventPosition, notIn store: Incarnation
  ) throws(ValidationError) {
    try ValidationError.of { () throws(QuestionFault) in
      try QuestionNames.options.refuse(position, notIn: store)
    }
  }

  /// A follower waits for a store that does not answer for a while; it says so. What answers then may be a replica that
  /// was promoted and lacks the last events, so a follower is also told which store it is by now: asked after the
  /// entries, as the store is another one before it has other entries.
  /// - Returns: nil: it has waited.
  private func page(
    of store: any StoreReader, _ filter: EventFilter?, after seq: Int64, limit: Int
  ) async throws -> (JournalPage, Incarnation?)? {
    do throws(StoreError) {
      let page = try await store.journal(filter, after: seq, limit: limit)
      return (page, follow ? try await store.incarnation() : nil)
    } catch {
      guard follow, error.kind == .failed else { throw error }
      StandardError.writeLine("colisd: \(error); waiting")
      try await Task.sleep(for: .seconds(2))
      return nil
    }
  }

  /// - Returns: how many were written.
  private func write(_ entries: [JournalEntry], _ isFirst: inout Bool) -> Int {
    guard !entries.isEmpty else { return 0 }
    if csv {
      // A table has columns for events; the other entries are for followers.
      let events = entries.compactMap { entry -> StoredEvent? in
        if case .event(let event) = entry { event } else { nil }
      }
      guard !events.isEmpty else { return 0 }
      let titles = isFirst ? StoredEvent.keys : nil
      clock.showing {
        StandardOutput.write(CSVText.bytes(events.objects, titles: titles))
      }
      isFirst = false
      return events.count
    }
    StandardOutput.write(entries.lines)
    isFirst = false
    return entries.count
  }
}

extension EventPosition: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
