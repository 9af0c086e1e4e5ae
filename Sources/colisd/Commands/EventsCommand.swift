import ArgumentParser
import ParcelStore
import Views

/// `colisd events`: every event, one JSON object a line, in the order of `seq`.
struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Print events as NDJSON, in the order of seq.")

  @OptionGroup var options: ConfigurationOptions

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

  @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit: Int?

  /// How many are read at once.
  private static let page = 5_000
  /// How soon a follower sees what another process stored.
  private static let pause = Duration.milliseconds(200)

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let store = try options.openForReading()
    try await refuseOtherIncarnation(store)
    var next = after.seq
    var left = limit ?? .max
    while left > 0 {
      let entries = try await store.journal(after: next, limit: min(left, Self.page))
      StandardOutput.write(entries.lines)
      left -= entries.count
      if let last = entries.last {
        next = last.seq
      } else if follow {
        try await Task.sleep(for: Self.pause)
      } else {
        return
      }
    }
  }

  /// The numbers of another store, or of this one before it was restored, belong to other events.
  private func refuseOtherIncarnation(_ store: any StoreReader) async throws {
    guard let given = after.incarnation else { return }
    let incarnation = try await store.incarnation()
    guard !after.isValid(in: incarnation) else { return }
    throw ValidationError(
      "--after \(after) is a position of the store \(given), and this one is \(incarnation): it was restored from a "
        + "backup, or is another store; begin again without --after, and pass over what you have by account_id, "
        + "parcel, occurred_at, code and site")
  }
}

extension EventPosition: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
