import ArgumentParser
import Glibc
import Ingest
import Logging
import ParcelStore
import SFTP
import SSH
import ServiceLifecycle
import Synchronization

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
      let time = StartExtension(Systemd())
      let store = try configuration.openStore(for: .polling) { time.goesOn() }
      if drain {
        try await Self.drain(configuration, start.loaded.rules, store, logger)
      } else {
        try await Self.serve(configuration, start, store, logger, run)
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

  private static func serve(
    _ configuration: Configuration, _ start: RulesAtStart, _ store: any EventStore,
    _ logger: Logger, _ run: DaemonRun
  ) async throws {
    // From here on SIGHUP asks for a reading, also before anything waits for it.
    let hangups = ReloadService.hangups()
    let systemd = Systemd()
    let watchdog = Watchdog(
      systemd: systemd, patience: Systemd.watchdogInterval(),
      timeouts: configuration.sources.map(\.timeout))
    for source in configuration.sources {
      guard let watchdog, source.timeout > watchdog.interval * 2 else { continue }
      logger.warning(
        "config.note",
        metadata: [
          "error":
            "\(configuration.path): \(source.key).timeout is more than half of the unit's WatchdogSec=, so systemd may end colisd while it waits for the server; shorten the one or lengthen the other"
        ])
    }
    let sources = try await configuration.registerSources(in: store, logger)
    let inForce = RulesInForce(start.loaded.rules)
    let unfinished = UnfinishedFiles()
    let reloader = Reloader(
      after: start, rules: inForce, store: store, logger: logger, unfinished: unfinished)
    let figures = ProcessFigures(sources: configuration.sources.map(\.name))
    var log = EventLog(logger: logger, life: watchdog.map { LifeSign(watchdog: $0) })
    log.figures = figures.ofAll
    var shared = SourcePoller.Shared(
      store: store, reloader: reloader, refusals: Refusals(sources: sources.count),
      inHand: PollsInHand(), systemd: systemd, isOneOfMany: configuration.hasSeveralSources,
      now: currentTime)
    let heartbeat = configuration.heartbeat.map {
      HeartbeatService(
        heartbeat: $0, polls: GoodPolls(sources: configuration.sources.count), logger: logger)
    }
    shared.goodPolls = heartbeat?.polls
    let upkeep = SharedUpkeep(store: store, observer: log, now: currentTime)
    let pollers = sources.enumerated().map { index, source in
      let log = log.of(source, index, isOneOfMany: configuration.hasSeveralSources)
      return SourcePoller(
        source: source, poll: configuration.sources[index].poll,
        drainer: Drainer(
          source: source, store: store, observer: log, upkeep: upkeep, now: currentTime),
        rules: inForce.of(source.name), log: log, shared: shared)
    }
    let poll = PollService(pollers: pollers, systemd: systemd)
    let reload = ReloadService(
      reloader: reloader, rules: inForce, logger: logger, systemd: systemd, unfinished: unfinished,
      contractsDirectory: configuration.contractsDirectory, hangups: hangups)
    let remap = RemapService(
      upkeep: MapUpkeep(store: store, observer: log, now: currentTime), rules: inForce,
      logger: logger)
    let retention = RetentionService(
      upkeep: RetentionUpkeep(store: store, observer: log, now: currentTime), rules: inForce,
      logger: logger)
    let erasure = ErasureService(
      upkeep: ErasureUpkeep(store: store, observer: log, now: currentTime) {
        inForce.current.layouts
      }, logger: logger)
    await RulesNotes.write(to: store, error: nil)
    // ServiceLifecycle logs its own steps, which are of no use to operators.
    var quiet = logger
    quiet.logLevel = .critical
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: reload),
          .init(service: remap),
          .init(service: retention),
          .init(service: erasure),
          .init(
            service: poll, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup),
        ] + (heartbeat.map { [.init(service: $0)] } ?? []), logger: quiet))
    Signals.hear([SIGTERM, SIGINT]) { number in
      run.isAskedToStop(by: number)
      Task { await group.triggerGracefulShutdown() }
    }
    run.started(configuration, sources)
    try await group.run()
  }

  private static func drain(
    _ configuration: Configuration, _ rules: Rules, _ store: any EventStore, _ logger: Logger
  ) async throws {
    await RulesNotes.write(to: store, error: nil)
    let log = EventLog(logger: logger, bar: ProgressBar())
    let sources = try await configuration.registerSources(in: store, logger)
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
}
