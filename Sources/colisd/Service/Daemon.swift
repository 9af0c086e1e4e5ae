import Glibc
import Ingest
import Logging
import Operators
import ParcelStore
import ServiceLifecycle
import Webhooks

/// The daemon: all that runs side by side until it is asked to stop.
struct Daemon: Sendable {
  let configuration: Configuration
  /// Nil: nothing is answered by HTTP.
  let server: ServerRules?
  /// Of webhooks.
  let endpoints: [Endpoint]
  let store: any EventStore
  let logger: Logger
  let run: DaemonRun

  /// - Parameter start: the rules that were read before the store was opened.
  func serve(_ start: RulesAtStart) async throws {
    // From here on SIGHUP asks for a reading, also before anything waits for it.
    let hangups = ReloadService.hangups()
    let systemd = Systemd()
    let watchdog = Watchdog(
      systemd: systemd, patience: Systemd.watchdogInterval(),
      timeouts: configuration.sources.map(\.timeout))
    noteLongTimeouts(watchdog)
    let sources = try await configuration.registerSources(in: store, logger)
    try await EndpointDelivery.begin(endpoints, in: store)
    let inForce = RulesInForce(start.loaded.rules)
    let unfinished = UnfinishedFiles()
    let reloader = Reloader(
      after: start, rules: inForce, store: store, logger: logger, unfinished: unfinished)
    let figures = ProcessFigures(
      sources: configuration.sources.map(\.name), webhooks: endpoints.map(\.name))
    let session = configuration.session()
    var log = EventLog(logger: logger, life: LifeSign(watchdog: watchdog))
    log.figures = figures.ofAll
    let heartbeat = configuration.heartbeat.map {
      HeartbeatService(
        heartbeat: $0, polls: GoodPolls(sources: configuration.sources.count),
        session: session, logger: logger)
    }
    var shared = SourcePoller.Shared(
      store: store, reloader: reloader, refusals: Refusals(sources: sources.count),
      inHand: PollsInHand(), systemd: systemd, isOneOfMany: configuration.hasSeveralSources,
      now: currentTime)
    shared.goodPolls = heartbeat?.polls
    let onReady: @Sendable () -> Void = {
      systemd?.notify("READY=1", "STATUS=waiting for the first poll")
    }
    // With a server the daemon is ready when that can be asked, too.
    let nothing: @Sendable () -> Void = {}
    var working: [any Service] = [
      PollService(
        pollers: pollers(of: sources, inForce, log, shared), systemd: systemd,
        onReady: server == nil ? onReady : nothing)
    ]
    if let server {
      let desk = ConfiguredDesk(
        configuration: configuration, store: store, watchdog: watchdog,
        scrape: Scrape(configuration, store, inForce, figures))
      working.append(
        OperatorServer(server, desk, logger, now: currentTime, onReady: onReady))
    }
    let reload = ReloadService(
      reloader: reloader, rules: inForce, logger: logger, systemd: systemd, unfinished: unfinished,
      contractsDirectory: configuration.contractsDirectory, hangups: hangups)
    await RulesNotes.write(to: store, error: nil)
    if let heartbeat { working.append(heartbeat) }
    if !endpoints.isEmpty {
      let shared = EndpointDelivery.Shared(
        store: store, session: session, contracts: inForce.contracts, logger: logger,
        figures: figures)
      working.append(DeliveryService(deliveries: EndpointDelivery.of(endpoints, shared)))
    }
    let group = group(of: [reload] + upkeep(inForce, log), SideBySide(services: working))
    Signals.hear([SIGTERM, SIGINT]) { number in
      run.isAskedToStop(by: number)
      Task { await group.triggerGracefulShutdown() }
    }
    run.started(configuration, sources)
    try await group.run()
  }

  private func noteLongTimeouts(_ watchdog: Watchdog) {
    for source in configuration.sources {
      guard watchdog.isWatched, source.timeout > watchdog.interval * 2 else { continue }
      logger.warning(
        "config.note",
        metadata: [
          "error":
            "\(configuration.path): \(source.key).timeout is more than half of the unit's WatchdogSec=, so systemd may end colisd while it waits for the server; shorten the one or lengthen the other"
        ])
    }
  }

  private func pollers(
    of sources: [DropSource], _ rules: RulesInForce, _ log: EventLog, _ shared: SourcePoller.Shared
  ) -> [SourcePoller] {
    let upkeep = SharedUpkeep(store: store, observer: log, now: currentTime)
    return sources.enumerated().map { index, source in
      let log = log.of(source, index, isOneOfMany: configuration.hasSeveralSources)
      return SourcePoller(
        source: source, poll: configuration.sources[index].poll,
        drainer: Drainer(
          source: source, store: store, observer: log, upkeep: upkeep, now: currentTime),
        rules: rules.of(source.name), log: log, shared: shared)
    }
  }

  /// What keeps the store in order beside the polls.
  private func upkeep(_ rules: RulesInForce, _ log: EventLog) -> [any Service] {
    [
      RemapService(
        upkeep: MapUpkeep(store: store, observer: log, now: currentTime), rules: rules,
        logger: logger),
      RetentionService(
        upkeep: RetentionUpkeep(store: store, observer: log, now: currentTime), rules: rules,
        logger: logger),
      ErasureService(
        upkeep: ErasureUpkeep(store: store, observer: log, now: currentTime) {
          rules.current.layouts
        }, logger: logger),
    ]
  }

  /// - Parameter working: when it ends, all ends.
  private func group(of services: [any Service], _ working: SideBySide) -> ServiceGroup {
    // ServiceLifecycle logs its own steps, which are of no use to operators.
    var quiet = logger
    quiet.logLevel = .critical
    return ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map { .init(service: $0) } + [
          .init(
            service: working, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        ], logger: quiet))
  }
}
