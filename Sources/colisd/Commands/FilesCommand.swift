import ArgumentParser
import Carrier
import ParcelStore

/// `colisd files`: the ledger.
struct FilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files",
    abstract: "List the ledger of files, have one read again, or take one off the list.",
    subcommands: [FilesListCommand.self, FilesRetryCommand.self, FilesDismissCommand.self],
    defaultSubcommand: FilesListCommand.self)
}

struct FilesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the ledger of files (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only in this state: settling, ingesting, ingested, failed, held or dismissed.",
      valueName: "state"))
  var state: String?

  func validate() throws {
    if let state, FileState(rawValue: state) == nil {
      let states = FileState.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(state)\" is no state; there are \(states)")
    }
  }

  func run() async throws {
    let store = try options.openForReading()
    let files = try await store.files(state: state.flatMap { FileState(rawValue: $0) })
    output.print(.array(files.map(\.json))) {
      // Most drops have none, and without them the counts add up.
      let hasSkipped = files.contains { $0.counts.skipped > 0 }
      var table = Table(
        ["file", "state", "rows", "new", "repeated", "held", "rejected"]
          + (hasSkipped ? ["skipped"] : []) + ["ingested at", "error"],
        numbers: [2, 3, 4, 5, 6, hasSkipped ? 7 : 6])
      for file in files {
        let counts = file.counts
        let numbers =
          [counts.rows, counts.eventsNew, counts.eventsRepeated, counts.held, counts.rejected]
          + (hasSkipped ? [counts.skipped] : [])
        table.add(
          [file.path, file.state.rawValue] + numbers.map(String.init)
            + [
              file.ingestedAt.map { WallClock.utc(seconds: $0) },
              file.dismissedBy.map { "dismissed by \($0)" } ?? file.trouble,
            ])
      }
      return files.isEmpty ? "no files\n" : table.text
    }
  }
}
