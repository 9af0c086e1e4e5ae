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
    // Before the whole file is judged: its faults are told in the format that it asks for.
    let log = Configuration.readLog(options.path)
    let logger = log.logger()
    let run = DaemonRun(logger: logger)
    do {
      let configuration = try options.read()
      // Before it is read, so that nothing escapes that is changed meanwhile.
      let folder = FolderSnapshot(configuration.contractsDirectory)
      let loaded = try configuration.load(logger)
      let source = try DropSource(configuration)
      let store = try configuration.openStore(for: .polling)
      if drain {
        try await Self.drain(configuration, loaded.rules, source, store, logger)
      } else {
        try await Self.serve(configuration, folder, loaded, source, store, logger, run)
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
    _ configuration: Configuration, _ folder: FolderSnapshot, _ loaded: RulesLoader.Result,
    _ source: DropSource, _ store: any EventStore, _ logger: Logger, _ run: DaemonRun
  ) async throws {
    // From here on SIGHUP means to read again, also in the moment before somebody listens.
    let hangups = ReloadService.hangups()
    let systemd = Systemd()
    let watchdog = Watchdog(systemd: systemd, patience: Systemd.watchdogInterval())
    if let watchdog, configuration.source.timeout > watchdog.interval * 2 {
      logger.warning(
        "config.note",
        metadata: [
          "error":
            "\(configuration.path): source.timeout is more than half of the unit's WatchdogSec=, so systemd may end colisd while it waits for the server; shorten the one or lengthen the other"
        ])
    }
    let inForce = RulesInForce(loaded.rules)
    let unfinished = UnfinishedFiles()
    let reloader = Reloader(
      loader: RulesLoader(configuration: configuration), rules: inForce, store: store,
      logger: logger, known: loaded, folder: folder, unfinished: unfinished)
    let poll = PollService(
      configuration: configuration, source: source, store: store, rules: inForce,
      reloader: reloader, log: EventLog(logger: logger, watchdog: watchdog), systemd: systemd,
      now: currentTime)
    let reload = ReloadService(
      reloader: reloader, rules: inForce, logger: logger, unfinished: unfinished,
      contractsDirectory: configuration.contractsDirectory, hangups: hangups)
    await RulesNotes.write(to: store, error: nil)
    // ServiceLifecycle tells of its own steps; operators only want ours.
    var quiet = logger
    quiet.logLevel = .critical
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: reload),
          .init(
            service: poll, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup),
        ], logger: quiet))
    Signals.hear([SIGTERM, SIGINT]) { number in
      run.isAskedToStop(by: number)
      Task { await group.triggerGracefulShutdown() }
    }
    run.started(configuration, source)
    try await group.run()
  }

  private static func drain(
    _ configuration: Configuration, _ rules: Rules, _ source: DropSource, _ store: any EventStore,
    _ logger: Logger
  ) async throws {
    await RulesNotes.write(to: store, error: nil)
    let log = EventLog(logger: logger, bar: ProgressBar())
    let drainer = Drainer(source: source, store: store, observer: log, now: currentTime)
    let summary: PollSummary
    do {
      summary = try await withStopSignals {
        try await drainer.drain(rules, waitingForRest: true)
      }
    } catch let error as Stopped {
      throw error
    } catch {
      if let error = error as? SSHError, error.kind == .hostKeyRefused {
        logger.error(
          "source.hostkey.refused", metadata: ["host": "\(error.host)", "error": "\(error)"])
      }
      // The error itself is what is reported; a store that can't be written has said so.
      try? await PollNotes.write(
        to: store, at: currentTime(), error: error, next: nil,
        host: configuration.source.host)
      throw error
    }
    try await PollNotes.write(
      to: store, at: currentTime(), error: nil, next: nil, host: configuration.source.host)
    var fields: Logger.Metadata = [
      "files": "\(summary.ingested)", "failed": "\(summary.failed)",
      "rows": "\(summary.counts.rows)", "new": "\(summary.counts.eventsNew)",
      "repeated": "\(summary.counts.eventsRepeated)", "held": "\(summary.counts.held)",
      "rejected": "\(summary.counts.rejected)", "bytes": "\(summary.bytes)",
      "ms": "\(summary.milliseconds)",
    ]
    if summary.released.held != 0 { fields["released"] = "\(-summary.released.held)" }
    logger.info("drain.finished", metadata: fields)
    if summary.postActionError != nil { throw ExitStatus.refused }
    if summary.failed > 0 || summary.counts.rejected > 0 { throw ExitStatus.incomplete }
  }
}
