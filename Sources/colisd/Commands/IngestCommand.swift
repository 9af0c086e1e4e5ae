import ArgumentParser
import Ingest
import Logging
import ParcelStore
import Status

/// `colisd ingest FILE...`: local files through the same rooms.
struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Ingest local files (back-fill); - is standard input.")

  @OptionGroup var options: ConfigurationOptions

  @Flag(name: .long, help: "Read, check and map, but store nothing.")
  var dryRun = false

  @Argument(
    help: ArgumentHelp("Tracking files, plain or gzip.", valueName: "file"), completion: .file())
  var files: [String]

  func run() async throws {
    let configuration = try options.read()
    let logger = configuration.logger()
    let rules = try configuration.loadRules(logger)
    let log = EventLog(logger: logger, bar: ProgressBar())
    let paths = files
    // The rows of a dry run go to an empty store of their own: it shows what is in the files, not what
    // of it is new to the real store.
    let store =
      try await dryRun ? Configuration.temporaryStore() : configuration.openStore(for: .writing)
    let local =
      dryRun
      ? LocalFiles.dry(
        store: store, reference: try await configuration.storeIfThere(), observer: log,
        now: currentTime)
      : LocalFiles(store: store, observer: log, now: currentTime)
    if let inForce = try? await configuration.storeIfThere()?.mapInForce(),
      !inForce.matches(rules.statusMap)
    {
      logger.notice(
        "map.other",
        metadata: [
          "map": "\(rules.statusMap.version)", "in_force": "\(inForce.version)",
          "reason":
            "codes that the store knows keep their meanings; colisd remap puts this map in force",
        ])
    }
    let summary = try await store.closing {
      try await withStopSignals {
        let summary = try await local.ingest(paths, rules)
        // What the files brought may have to be taken out of their copies.
        try await ErasureUpkeep(store: store, observer: log, now: currentTime) { rules.layouts }
          .finish()
        return summary
      }
    }
    log.bar?.finish()
    let counts = summary.counts
    let skipped = summary.listed - summary.ingested - summary.failed - summary.settling
    func counted(_ count: Int, _ verb: String) -> String {
      "\(count) \(count == 1 ? "file" : "files") \(verb)"
    }
    StandardOutput.writeLine(
      (dryRun ? "dry run: " : "")
        + counted(summary.ingested, "read") + ", \(counts.rows) rows: \(counts.eventsNew) new, "
        + "\(counts.eventsRepeated) repeated, \(counts.held) held, \(counts.rejected) rejected"
        + (counts.skipped > 0 ? ", \(counts.skipped) skipped" : "")
        + (summary.failed > 0 ? "; " + counted(summary.failed, "failed") : "")
        + (summary.settling > 0 ? "; " + counted(summary.settling, "not complete") : "")
        + (skipped > 0 ? "; " + counted(skipped, "ingested before") : ""))
    if summary.failed + summary.settling > 0 || counts.rejected > 0 {
      throw ExitStatus.incomplete
    }
  }
}
