import ArgumentParser
import Glibc
import Ingest
import Logging
import ParcelStore
import SFTP
import SSH
import ServiceLifecycle
import Synchronization
import Webhooks

/// `colisd run`: the daemon, or one shot with `--drain`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run as the daemon (the default), or drain once.")

  @OptionGroup var options: ConfigurationOptions

  @Flag(name: .long, help: "Take all there is, then exit.")
  var drain = false

  func run() async throws {
    // Before the whole file is checked: its mistakes are reported in the log format that it asks for.
    let log = Configuration.readLog(options.path)
    let logger = log.logger()
    let run = DaemonRun(logger: logger)
    do {
      let configuration = try options.read()
      let start = try RulesAtStart(configuration, logger)
      // Their mistakes are reported before anything is opened.
      for source in configuration.sources { _ = try DropSource(source, of: configuration) }
      let server = try drain ? nil : configuration.http?.rules()
      let endpoints = try configuration.endpoints()
      let time = StartExtension(Systemd())
      let store = try await configuration.openStore(for: .polling) { time.goesOn() }
      if drain {
        try await store.closing {
          try await Self.drain(configuration, start.loaded.rules, endpoints, store, logger)
        }
      } else {
        let daemon = Daemon(
          configuration: configuration, server: server, endpoints: endpoints, store: store,
          logger: logger, run: run)
        try await store.closing { try await daemon.serve(start) }
        run.stopped()
      }
    } catch let error as ExitStatus {
      throw error
    } catch let error as Stopped {
      throw error
    } catch {
      // A daemon whose configuration is refused has not begun.
      let event: Logger.Message? =
        drain
        ? "drain.failed"
        : error is ConfigurationError && !run.hasStarted ? nil : "daemon.stopped"
      throw FatalFault(error, event, drain ? [:] : run.fields, to: logger, log.format)
    }
  }

  private static func drain(
    _ configuration: Configuration, _ rules: Rules, _ endpoints: [Endpoint],
    _ store: any EventStore, _ logger: Logger
  ) async throws {
    await RulesNotes.write(to: store, error: nil)
    let log = EventLog(logger: logger, bar: ProgressBar())
    let sources = try await configuration.registerSources(in: store, logger)
    // Before the files: what they bring is for new endpoints, too.
    try await EndpointDelivery.begin(endpoints, in: store)
    let upkeep = SharedUpkeep(store: store, observer: log, now: currentTime)
    let drains = sources.enumerated().map { index, source in
      let log = log.of(source, index, isOneOfMany: configuration.hasSeveralSources)
      let drainer = Drainer(
        source: source, store: store, observer: log, upkeep: upkeep, now: currentTime)
      return SourceDrain(
        source: source, drainer: drainer, rules: rules.of(source.name), store: store, log: log)
    }
    let map = rules.statusMap
    // Without the bar, which shows how far the files have come.
    let quiet = EventLog(logger: logger)
    let maps = MapUpkeep(store: store, observer: quiet, now: currentTime)
    let retention = RetentionUpkeep(store: store, observer: quiet, now: currentTime)
    let outcomes = try await withStopSignals {
      // Files are read meanwhile.
      async let followed = maps.follow(map)
      async let pruned = retention.pruneEvents(rules)
      let outcomes = try await withThrowingTaskGroup(of: SourceDrain.Outcome.self) { group in
        for drain in drains { group.addTask { try await drain.run() } }
        return try await group.reduce(into: [SourceDrain.Outcome]()) { $0.append($1) }
      }
      _ = try await (followed, pruned)
      // After the files: what they brought may have to be taken out of their copies.
      try await ErasureUpkeep(store: store, observer: quiet, now: currentTime) { rules.layouts }
        .finish()
      await deliver(to: endpoints, configuration, rules, store, logger)
      return outcomes
    }
    log.bar?.finish()
    let errors = outcomes.compactMap(\.error)
    if let error = errors.first, sources.count == 1 { throw error }
    for outcome in outcomes {
      guard let error = outcome.error else { continue }
      _ = FatalFault(
        SourceFault(source: outcome.source, error: error), "drain.failed",
        ["source": "\(outcome.source)"], to: logger, configuration.log.format)
    }
    let worst = outcomes.map(\.status).max { $0.seriousness < $1.seriousness }
    if let worst, worst != .done { throw worst }
  }

  /// The lease is held meanwhile, so the next drain would not poll.
  private static let longestDelivery = Duration.seconds(300)

  /// Sends to webhooks what can be sent now; what they don't take, or have no time for, waits for the next run.
  private static func deliver(
    to endpoints: [Endpoint], _ configuration: Configuration, _ rules: Rules,
    _ store: any EventStore, _ logger: Logger
  ) async {
    guard !endpoints.isEmpty else { return }
    let shared = EndpointDelivery.Shared(
      store: store, session: configuration.session(),
      contracts: { (rules.contracts, rules.revision) }, logger: logger)
    await withTaskGroup(of: Bool.self) { group in
      for delivery in EndpointDelivery.of(endpoints, shared) {
        group.addTask {
          await delivery.runUntilQuiet()
          return false
        }
      }
      group.addTask {
        try? await Task.sleep(for: longestDelivery)
        return true
      }
      var left = endpoints.count
      while left > 0, let isTimeOver = await group.next(), !isTimeOver { left -= 1 }
      group.cancelAll()
    }
  }
}
