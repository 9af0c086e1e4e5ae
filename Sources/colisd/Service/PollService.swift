import Ingest
import Logging
import ParcelStore
import SFTP
import SSH
import ServiceLifecycle

/// The daemon: polls the drop until it is told to stop.
struct PollService: Service {
  let configuration: Configuration
  let source: DropSource
  let store: any EventStore
  let rules: RulesInForce
  let reloader: Reloader
  let log: EventLog
  let systemd: Systemd?
  let now: @Sendable () -> Int64

  func run() async throws {
    systemd?.notify("READY=1", "STATUS=waiting for the first poll")
    // What runs when the signal comes is cancelled: a commit that has begun is finished, a download
    // is not, and its rows come again with the next run.
    try await cancelWhenGracefulShutdown {
      var hasSucceeded = false
      let drainer = Drainer(source: source, store: store, observer: log, now: now)
      var backOff = BackOff(
        interval: configuration.poll.interval, longest: configuration.poll.longestBackOff)
      var failedBefore = false
      while !Task.isCancelled {
        await reloader.compare()
        let revision = rules.revision
        let failure = try await poll(drainer)
        if Task.isCancelled { break }
        if let failure, !hasSucceeded, Self.needsSomeone(failure) {
          try await note(failure, next: nil)
          throw failure
        }
        if failure == nil { backOff.succeeded() } else { backOff.failed() }
        if failure == nil { hasSucceeded = true }
        if failure == nil, failedBefore { tellRecovery() }
        failedBefore = failure != nil
        let delay = backOff.delay()
        try await note(failure, next: delay)
        await store.settle()
        IdleMemory.release()
        try? await sleep(delay, with: revision)
      }
    }
    systemd?.notify("STOPPING=1", "STATUS=stopped")
  }

  /// Whether trying again is no help: the server refuses our key, our login, or we its key. Once a
  /// poll has succeeded, the fault is the server's and may pass.
  private static func needsSomeone(_ error: any Error) -> Bool {
    [.hostKeyRefused, .refused, .configuration].contains(ExitStatus(error))
  }

  /// Polls once.
  /// - Returns: why it failed; nil when it did not.
  /// - Throws: what waiting cannot mend.
  private func poll(_ drainer: Drainer) async throws -> (any Error)? {
    do {
      let summary = try await drainer.drain(rules, waitingForRest: false)
      systemd?.notify(
        "STATUS=last poll: \(summary.listed) files listed, \(summary.ingested) ingested, "
          + "\(summary.counts.eventsNew) new events")
      return nil
    } catch is CancellationError {
      return nil
    } catch {
      if Task.isCancelled { return nil }
      if let error = error as? SSHError, error.kind == .hostKeyRefused {
        log.faults.log(
          "source.hostkey.refused", .hostKey, cause: "", to: log.logger,
          ["host": "\(error.host)", "error": "\(error)"])
      }
      log.faults.log(
        "poll.failed", .poll, cause: Self.cause(error), to: log.logger,
        ["host": "\(configuration.source.host)", "error": "\(error)"])
      systemd?.notify("STATUS=last poll failed: \(singleLine("\(error)"))")
      if let error = error as? StoreError, error.kind == .unusable { throw error }
      return error
    }
  }

  private func tellRecovery() {
    _ = log.faults.ended(.hostKey)
    guard let lasted = log.faults.ended(.poll) else { return }
    log.logger.notice(
      "poll.recovered", metadata: lasted.merging(["host": "\(configuration.source.host)"]) { $1 })
  }

  /// What a failure is put down to: its words may differ each time.
  private static func cause(_ error: any Error) -> String {
    switch error {
    case let error as SSHError: "ssh \(error.kind)"
    case let error as SFTPError: "sftp \(error.kind)"
    case let error as StoreError: "store \(error.kind)"
    default: "\(error)"
    }
  }

  /// Writes down how the poll went. A store that can't take it now (disk full) is told at the next.
  private func note(_ failure: (any Error)?, next delay: Duration?) async throws {
    let now = now()
    try? await PollNotes.write(
      to: store, at: now, error: failure, next: delay.map { now + $0.wholeSeconds },
      host: configuration.source.host)
  }

  /// Waits, giving signs of life meanwhile; not longer than the rules are in force, so that what new
  /// contracts allow comes in at once.
  private func sleep(_ delay: Duration, with revision: Int) async throws {
    let watchdog = log.watchdog
    let rules = rules
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let end = ContinuousClock.now + delay
        while ContinuousClock.now < end {
          watchdog?.touch()
          let slice = watchdog?.interval ?? delay
          try await Task.sleep(until: min(end, .now + slice), clock: .continuous)
        }
      }
      group.addTask { await rules.changed(since: revision) }
      try await group.next()
      group.cancelAll()
    }
  }
}
