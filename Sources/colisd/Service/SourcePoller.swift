import Carrier
import Ingest
import Logging
import ParcelStore
import SFTP
import SSH
import Views

/// Polls one source until it is cancelled, with a back-off of its own.
struct SourcePoller: Sendable {
  /// What all sources share.
  struct Shared: Sendable {
    let store: any EventStore
    let reloader: Reloader
    let refusals: Refusals
    let inHand: PollsInHand
    let systemd: Systemd?
    /// Whether there are several.
    let isOneOfMany: Bool
    let now: @Sendable () -> Int64
    /// For the heartbeat; nil: there is none.
    var goodPolls: GoodPolls?
  }

  let source: DropSource
  let poll: Configuration.Poll
  let drainer: Drainer
  let rules: RulesOfSource
  let log: EventLog
  let shared: Shared

  /// - Throws: an error that waiting does not solve.
  func run() async throws {
    var hasSucceeded = false
    var backOff = BackOff(interval: poll.interval, longest: poll.longestBackOff)
    var failedBefore = false
    // When it is to be listed next; before that it is only read with others.
    var due = ContinuousClock.now
    while !Task.isCancelled {
      await shared.reloader.compare()
      let revision = rules.revision
      shared.inHand.begin()
      let isDue = ContinuousClock.now >= due
      let polled = await Result { try await pollOnce(isDue: isDue) }
      guard case .success(let outcome) = polled, !Task.isCancelled else {
        await shared.inHand.end(shared.store)
        _ = try polled.get()
        break
      }
      if case .helped(let dueIn) = outcome {
        await shared.inHand.end(shared.store)
        if isDue { due = .now + (dueIn ?? poll.interval) }
        let woken = try? await sleep(until: due, with: revision, orFiles: true)
        if woken == .rules { due = .now }
        continue
      }
      let failure = outcome.failure
      var isRefused = false
      if let failure, !hasSucceeded, Self.needsSomeone(failure) {
        if let worst = shared.refusals.add(failure, of: source.name) {
          await recordPoll(failure, next: nil)
          throw worst
        }
        isRefused = true
      } else {
        shared.refusals.remove(source.name)
      }
      if failure == nil { backOff.succeeded() } else { backOff.failed() }
      if failure == nil { hasSucceeded = true }
      if failure == nil, failedBefore { logRecovery() }
      shared.goodPolls?.polled(source.name, isGood: failure == nil)
      failedBefore = failure != nil
      // Somebody has to act first, so trying often does not help.
      let delay = isRefused ? max(backOff.delay(), poll.longestBackOff) : backOff.delay()
      await recordPoll(failure, next: delay)
      await shared.inHand.end(shared.store)
      due = .now + delay
      // What could not be read waits, too.
      let woken = try? await sleep(until: due, with: revision, orFiles: failure == nil)
      if woken == .rules { due = .now }
    }
  }

  /// Whether trying again does not help: the server refuses our key or our login, or we refuse its key.
  /// After a poll has succeeded, such a fault is the server's and may pass.
  private static func needsSomeone(_ error: any Error) -> Bool {
    [.hostKeyRefused, .refused, .configuration].contains(ExitStatus(error))
  }

  /// What came of a poll.
  private enum Outcome {
    /// The source was listed, and what was complete is read.
    case listed
    /// Another worker lists it; this one has read with it.
    /// - Parameter dueIn: when it is to be listed next; nil: it is being listed now.
    case helped(dueIn: Duration?)
    case failed(any Error)

    var failure: (any Error)? {
      if case .failed(let error) = self { error } else { nil }
    }
  }

  /// Polls once.
  /// - Throws: an error that waiting does not solve.
  /// - Parameter isDue: whether the source is to be listed, too, if no other worker does it.
  private func pollOnce(isDue: Bool) async throws -> Outcome {
    do {
      guard isDue else {
        _ = try await drainer.readShared(rules)
        return .helped(dueIn: nil)
      }
      // Our own clock decides when we list again; another worker's listing counts from when it ended.
      let summary = try await drainer.drain(
        rules, waitingForRest: false, unlessListedWithin: poll.interval)
      guard summary.hasListed else { return .helped(dueIn: summary.dueIn) }
      showInSystemd(
        "last poll: \(summary.listed) files listed, \(summary.ingested) ingested, "
          + "\(summary.counts.eventsNew) new events")
      return .listed
    } catch is CancellationError {
      return .listed
    } catch {
      if Task.isCancelled { return .listed }
      log.figures?.pollFailed()
      if let error = error as? SSHError, error.kind == .hostKeyRefused {
        log.faults.log(
          FaultMemory.Fault(
            event: "source.hostkey.refused", key: .hostKey, cause: "",
            fields: ["host": "\(error.host)", "error": "\(error)"]), to: log.logger)
      }
      log.faults.log(
        FaultMemory.Fault(
          event: "poll.failed", key: .poll, cause: Self.cause(error),
          fields: ["host": "\(source.endpoint.host)", "error": "\(error)"]), to: log.logger)
      showInSystemd("last poll failed: \(singleLine("\(error)"))")
      if let error = error as? StoreError, error.kind == .unusable { throw error }
      return .failed(error)
    }
  }

  private func showInSystemd(_ status: String) {
    let name = shared.isOneOfMany ? "\(source.name): " : ""
    shared.systemd?.notify("STATUS=\(name)\(status)")
  }

  private func logRecovery() {
    _ = log.faults.ended(.hostKey)
    guard let lasted = log.faults.ended(.poll) else { return }
    log.logger.notice(
      "poll.recovered", metadata: lasted.merging(["host": "\(source.endpoint.host)"]) { $1 })
  }

  /// The kind of a failure; its words may differ each time.
  private static func cause(_ error: any Error) -> String {
    switch error {
    case let error as SSHError: "ssh \(error.kind)"
    case let error as SFTPError: "sftp \(error.kind)"
    case let error as StoreError: "store \(error.kind)"
    default: "\(error)"
    }
  }

  /// Writes how the poll went into the store. If that fails now (disk full), the next poll writes it.
  private func recordPoll(_ failure: (any Error)?, next delay: Duration?) async {
    let now = shared.now()
    try? await shared.store.notePoll(
      of: source.id, PollOutcome(failure), at: now, next: delay.map { now + $0.wholeSeconds })
  }

  /// Why the wait for the next poll has ended.
  private enum Waking {
    case time
    /// What new contracts allow comes in at once.
    case rules
    /// Another worker has listed files.
    case files
  }

  /// Waits, giving signs of life meanwhile; not longer than the rules are in force.
  /// - Parameter orFiles: whether to wait no longer than until files can be read with others.
  private func sleep(
    until due: ContinuousClock.Instant, with revision: Int, orFiles: Bool
  ) async throws -> Waking {
    let life = log.life
    let rules = rules.rules
    return try await withThrowingTaskGroup(of: Waking.self) { group in
      group.addTask {
        while ContinuousClock.now < due {
          life?.touch()
          let slice = life?.interval ?? .seconds(3_600)
          try await Task.sleep(until: min(due, .now + slice), clock: .continuous)
        }
        return .time
      }
      group.addTask {
        await rules.changed(since: revision)
        return .rules
      }
      if orFiles, let team = shared.store.team {
        group.addTask { [id = source.id] in
          try await team.waitForFiles(of: id)
          return .files
        }
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .time
    }
  }
}

extension PollOutcome {
  /// - Parameter error: why a poll failed; nil: it did not.
  init(_ error: (any Error)?) {
    switch error {
    case nil: self = .succeeded
    case let error? where error is SSHError || error is SFTPError:
      self = .failedAtServer("\(error)")
    case let error?: self = .failedHere("\(error)")
    }
  }
}

extension Result where Failure == any Error {
  /// What an asynchronous body gives, or throws.
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
