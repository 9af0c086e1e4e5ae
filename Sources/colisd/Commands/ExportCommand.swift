import ArgumentParser
import ParcelStore
import Views

/// `colisd export`: all events, oldest first, as a file to carry away.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write all events, oldest first, as NDJSON or CSV.",
    discussion: """
      In the order in which they were stored, also while the daemon runs. NDJSON has the lines of colisd events that are events: \
      statuses are those of today's map, so corrections are left out. \
      --since is about when an event happened; one without a date counts by when it was received.
      """)

  /// How the events are written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case ndjson, csv
  }

  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only from this time on: 2026-08-28, RFC 3339, or an age such as 72h.", valueName: "time"))
  var since: TimeArgument?

  @Option(name: .long, help: "ndjson, or csv for a spreadsheet: semicolons, and a byte order mark.")
  var format = Format.ndjson

  @OptionGroup var clock: ClockOption

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where they are written; a file that is there is replaced when all is written. Without it, or with -, to standard output.",
      valueName: "file"), completion: .file())
  var output: String?

  func validate() throws {
    if clock.utc, format == .ndjson {
      throw ValidationError("--utc is for --format csv: NDJSON has the offset of each time")
    }
  }

  func run() async throws {
    let store = try await options.openForReading()
    var filter = EventFilter()
    filter.since = since?.time.seconds
    let export = EventExport(
      store: store, filter: since == nil ? nil : filter, isCSV: format == .csv, isUTC: clock.utc)
    let bar = ProgressBar()
    defer { bar?.finish() }
    let show = { @Sendable (done: Int, all: Int) in
      if let bar { bar.show(done, of: all, "events") }
    }
    guard let output, output != "-" else {
      _ = try await export.run({ StandardOutput.write($0) }, onProgress: show)
      return
    }
    let count = try await withStopSignals {
      let file = try OutputFile(output)
      let count = try await export.run({ try file.write($0) }, onProgress: show)
      try file.publish()
      return count
    }
    bar?.finish()
    StandardError.writeLine("\(count) events are written to \(singleLine(output))")
  }
}
