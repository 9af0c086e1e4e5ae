import Glibc
import Ingest
import Logging
import Synchronization

/// One run of the daemon, from its start to its end, with its lines in the log.
final class DaemonRun: Sendable {
  private struct State {
    var started: ContinuousClock.Instant?
    /// The signal that asked it to stop.
    var signal: Int32?
  }

  private let logger: Logger
  private let state = Mutex(State())

  init(logger: Logger) { self.logger = logger }

  var hasStarted: Bool { state.withLock { $0.started != nil } }

  func started(_ configuration: Configuration, _ sources: [DropSource]) {
    state.withLock { $0.started = .now }
    var fields: Logger.Metadata = [
      "version": "\(Colisd.version)", "configuration": "\(configuration.path)",
      "store": "\(configuration.store.description)",
    ]
    if sources.count == 1 {
      fields["source"] = "\(sources[0].endpoint)"
      fields["directory"] = "\(sources[0].directory)"
    } else {
      fields["sources"] = "\(sources.map { "\($0.name): \($0.place)" }.joined(separator: ", "))"
    }
    logger.notice("daemon.started", metadata: fields)
  }

  func stopped() {
    logger.notice("daemon.stopped", metadata: fields)
  }

  /// Makes the process end in time, even if something does not answer.
  func isAskedToStop(by signal: Int32) {
    state.withLock { $0.signal = signal }
    Signals.endAfterGrace { [self] in
      let reason =
        "something was still going on \(Signals.grace.components.seconds) s after the signal, and was left; what was stored stays, and the next run goes on"
      logger.warning("daemon.stopped", metadata: fields.merging(["error": "\(reason)"]) { $1 })
      StandardError.finish(within: .milliseconds(100))
      _exit(ExitStatus.done.rawValue)
    }
  }

  /// Why it ended, and after how long.
  var fields: Logger.Metadata {
    state.withLock { state in
      var fields: Logger.Metadata = ["reason": "\(state.signal.map(signalName) ?? "failure")"]
      if let started = state.started {
        fields["seconds"] = "\((ContinuousClock.now - started).components.seconds)"
      }
      return fields
    }
  }
}
