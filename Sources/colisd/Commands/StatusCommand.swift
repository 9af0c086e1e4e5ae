import ArgumentParser
import ParcelStore
import TrackingFile

/// `colisd status`: what the daemon is doing.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what the daemon is doing: last poll, counts, feeds.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .reading)
    let status = try await StatusView(configuration, store)
    output.print(status.json) { status.text }
  }
}

/// What the store and the lease tell of the daemon.
struct StatusView {
  private let writer: String?
  private let host: String
  private let counts: StoreCounts
  private let unmapped: [UnmappedWording]
  private let contracts: ContractsView
  private let lastPoll: String?
  private let lastSuccess: String?
  private let nextPoll: String?
  private let error: String?
  /// Nil before the first poll.
  private let isReachable: Bool?

  init(_ configuration: Configuration, _ store: SQLiteStore) async throws {
    writer = SQLiteStore.writer(path: store.path)
    host = configuration.source.host
    counts = try await store.counts()
    unmapped = try await store.unmapped()
    contracts = try await ContractsView(configuration)
    func time(_ key: String) async throws -> String? {
      try await store.note(key).flatMap { Int64($0) }.map { WallClock.utc(seconds: $0) }
    }
    lastPoll = try await time(PollNotes.lastPoll)
    lastSuccess = try await time(PollNotes.lastSuccess)
    nextPoll = writer == nil ? nil : try await time(PollNotes.nextPoll)
    error = try await store.note(PollNotes.error)
    isReachable = try await store.note(PollNotes.isReachable).map { $0 == "yes" }
  }

  var json: JSON {
    .object([
      ("running", .bool(writer != nil)), ("last_poll_at", JSON(lastPoll)),
      ("last_success_at", JSON(lastSuccess)), ("next_poll_at", JSON(nextPoll)),
      (
        "source",
        .object([
          ("host", .string(host)), ("reachable", JSON(isReachable)), ("error", JSON(error)),
        ])
      ),
      (
        "files",
        .object(
          FileState.allCases.map { ($0.rawValue, .integer(Int64(counts.files[$0] ?? 0))) })
      ),
      ("events", .integer(Int64(counts.events))), ("parcels", .integer(Int64(counts.parcels))),
      ("held", .integer(Int64(counts.held))), ("rejected", .integer(Int64(counts.rejected))),
      (
        "unmapped_codes",
        .array(
          unmapped.map {
            .object([
              ("code", JSON($0.wording.code)), ("label", JSON($0.wording.label)),
              ("count", .integer(Int64($0.events))),
            ])
          })
      ),
      ("feeds", contracts.feedsJSON),
    ])
  }

  var text: String {
    let files = FileState.allCases.compactMap { state in
      counts.files[state].map { "\($0) \(state.rawValue)" }
    }.joined(separator: ", ")
    var text = """
      running       \(writer.map { "yes (\($0))" } ?? "no")
      source        \(host)\(error.map { ": \(singleLine($0))" } ?? "")
      last poll     \(lastPoll ?? "never")
      last success  \(lastSuccess ?? "never")
      next poll     \(nextPoll ?? "-")
      files         \(files.isEmpty ? "none" : files)
      events        \(counts.events) of \(counts.parcels) parcels
      held          \(counts.held) rows
      rejected      \(counts.rejected) lines

      """
    for entry in unmapped.prefix(20) {
      let name = [entry.wording.code, entry.wording.label].compactMap { $0 }.joined(separator: " ")
      text += "unmapped      \(singleLine(name)) (\(entry.events) events)\n"
    }
    return text + "\n" + contracts.text
  }
}
