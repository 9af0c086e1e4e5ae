import ArgumentParser
import Ingest
import ParcelStore
import Views

/// `colisd prune`: applies the retention at once.
struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Delete what is older than retention in colisd.yaml keeps it.",
    discussion: """
      A daemon and a drain do so by themselves. Events go by the day (UTC) on which they happened, or were \
      received where their date says nothing; a parcel goes with its last event. May be given while the \
      daemon runs, and again after it was interrupted.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Say what would be deleted, and delete nothing.")
  var dryRun = false

  func run() async throws {
    let configuration = try options.read()
    let logger = configuration.logger()
    let rules = try configuration.loadRules(logger)
    let bar = ProgressBar()
    defer { bar?.finish() }
    let isDry = dryRun
    let store = try await configuration.openStore(for: isDry ? .reading : .maintaining)
    let upkeep = RetentionUpkeep(
      store: store, observer: EventLog(logger: logger, bar: bar), now: currentTime)
    let summary = try await withStopSignals {
      isDry ? try await upkeep.look(rules) : try await upkeep.prune(rules)
    }
    if !isDry {
      // What an erasure has left to do.
      try await ErasureUpkeep(store: store, observer: EventLog(logger: logger), now: currentTime) {
        rules.layouts
      }.finish()
    }
    bar?.finish()
    var report = PruneReport(isDry: isDry)
    report.oldest = summary.oldest
    report.events = summary.events
    report.parcels = summary.parcels
    report.heldRows = summary.heldRows
    report.copies = summary.copies.copies
    report.copiesBytes = Int(summary.copies.packed)
    report.bytes = summary.bytes
    output.print(report.json) { report.text }
  }
}
