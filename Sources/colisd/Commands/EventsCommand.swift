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
    help: ArgumentHelp("Begin behind this one; from the first on otherwise.", valueName: "seq"))
  var after: Int64 = 0

  @Flag(name: .long, help: "Wait for more and print them as they are stored.")
  var follow = false

  @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit: Int?

  /// How many are read at once.
  private static let page = 5_000
  /// How soon a follower sees what another process stored.
  private static let pause = Duration.milliseconds(200)

  func validate() throws {
    if after < 0 { throw ValidationError("--after must not be negative") }
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let store = try options.openForReading()
    var next = after
    var left = limit ?? .max
    while left > 0 {
      let events = try await store.events(after: next, limit: min(left, Self.page))
      StandardOutput.write(events.lines)
      left -= events.count
      if let last = events.last {
        next = last.seq
      } else if follow {
        try await Task.sleep(for: Self.pause)
      } else {
        return
      }
    }
  }
}
