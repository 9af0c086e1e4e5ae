import ArgumentParser
import Ingest
import ParcelStore
import Status
import Views

/// `colisd remap`: derives all statuses again by today's status map.
struct RemapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remap",
    abstract: "Derive all statuses again from kept codes and labels, with today's status map.",
    discussion: """
      A daemon and a drain do so by themselves: at their start, and at SIGHUP. A map that would make known \
      codes or labels unmapped waits for --yes, as that is mostly a slip. May be given while the daemon \
      runs, and again after it was interrupted.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Flag(name: .long, help: "Show what would change, and change nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Also where known codes or labels become unmapped.")
  var yes = false

  func validate() throws {
    if dryRun, yes { throw ValidationError("--dry-run changes nothing: leave it or --yes out") }
  }

  func run() async throws {
    let configuration = try options.read()
    let logger = configuration.logger()
    let map = try configuration.loadRules(logger).statusMap
    let bar = ProgressBar()
    defer { bar?.finish() }
    if dryRun {
      let store = try await configuration.openStore(for: .reading)
      print(RemapReport(try await look(store, map, bar)), bar)
      if let unfinished = try await store.mapInForce()?.unfinished {
        StandardError.writeLine("note: \(unfinished)")
      }
      return
    }
    let store = try await configuration.openStore(for: .maintaining)
    let upkeep = MapUpkeep(
      store: store, observer: EventLog(logger: logger, bar: bar), now: currentTime)
    let mayLose = yes
    switch try await withStopSignals({ try await upkeep.follow(map, mayLose: mayLose) }) {
    case .asBefore: print(RemapReport([], corrected: 0), bar)
    case .followed(let summary):
      print(RemapReport(summary.wordings, corrected: summary.corrected), bar)
    case .waits:
      print(RemapReport(try await look(store, map, bar)), bar)
      throw ValidationError(
        "nothing was changed, because known codes or labels would be unmapped: correct the status map, or add --yes"
      )
    }
  }

  /// What the map would change, with the number of parcels.
  private func look(
    _ store: any StoreReader, _ map: StatusMap, _ bar: ProgressBar?
  ) async throws -> [RemappedWording] {
    try await withStopSignals {
      let change = try await store.change(to: map)
      return try await store.counted(change) { progress in
        var shown = IngestProgress()
        shown.parcels = Int(progress.all)
        shown.parcelsDone = Int(progress.done)
        bar?.show(shown, of: .local)
      }
    }
  }

  private func print(_ report: RemapReport, _ bar: ProgressBar?) {
    bar?.finish()
    output.print(
      report.json, csv: { CSVText.bytes(report.objects, titles: RemapReport.keys) },
      otherwise: { report.text })
  }
}
