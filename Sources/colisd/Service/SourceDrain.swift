import Ingest
import Logging
import ParcelStore
import SSH

/// Drains one source, as a part of `colisd --drain`.
struct SourceDrain: Sendable {
  let source: DropSource
  let drainer: Drainer
  let rules: Rules
  let store: any EventStore
  let log: EventLog

  struct Outcome: Sendable {
    var source: String
    /// The exit code of this source alone.
    var status: ExitStatus
    var error: (any Error)?
  }

  /// - Throws: only when it was cancelled.
  func run() async throws -> Outcome {
    do {
      let summary = try await drainer.drain(rules, waitingForRest: true)
      try await store.notePoll(of: source.id, .succeeded, at: currentTime(), next: nil)
      logSummary(summary)
      return Outcome(source: source.name, status: Self.status(summary))
    } catch {
      try Task.checkCancellation()
      if let error = error as? SSHError, error.kind == .hostKeyRefused {
        log.logger.error(
          "source.hostkey.refused", metadata: ["host": "\(error.host)", "error": "\(error)"])
      }
      // The first error is the one to report, whether or not this one can be written down.
      try? await store.notePoll(of: source.id, PollOutcome(error), at: currentTime(), next: nil)
      return Outcome(source: source.name, status: ExitStatus(error), error: error)
    }
  }

  private static func status(_ summary: PollSummary) -> ExitStatus {
    if summary.postActionError != nil { return .refused }
    return summary.failed > 0 || summary.lost > 0 || summary.counts.rejected > 0
      ? .incomplete : .done
  }

  private func logSummary(_ summary: PollSummary) {
    var fields: Logger.Metadata = [
      "files": "\(summary.ingested)", "failed": "\(summary.failed)",
      "rows": "\(summary.counts.rows)", "new": "\(summary.counts.eventsNew)",
      "repeated": "\(summary.counts.eventsRepeated)", "held": "\(summary.counts.held)",
      "rejected": "\(summary.counts.rejected)", "bytes": "\(summary.bytes)",
      "ms": "\(summary.milliseconds)",
    ]
    if summary.lost != 0 { fields["lost"] = "\(summary.lost)" }
    if summary.released != 0 { fields["released"] = "\(summary.released)" }
    log.logger.info("drain.finished", metadata: fields)
  }
}
