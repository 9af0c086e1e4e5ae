import Carrier
import Contract
import Ingest
import Logging
import ParcelStore
import Status
import TrackingFile

/// Turns events into log lines, and passes progress on to the bar and the watchdog.
struct EventLog: IngestObserver {
  let logger: Logger
  let bar: ProgressBar?
  /// Which part of the bar's work it is.
  let source: SourceID
  /// Gets every sign of life.
  let life: LifeSign?
  let faults: FaultMemory
  /// Counts what happens, for monitoring.
  var figures: SourceFigures?

  init(
    logger: Logger, bar: ProgressBar? = nil, source: SourceID = .local, life: LifeSign? = nil,
    faults: FaultMemory = FaultMemory()
  ) {
    self.faults = faults
    self.logger = logger
    self.bar = bar
    self.source = source
    self.life = life
  }

  /// The log of what happens at one source.
  /// - Parameter index: its place in the configuration.
  func of(_ source: DropSource, _ index: Int, isOneOfMany: Bool) -> EventLog {
    var logger = logger
    if isOneOfMany { logger[metadataKey: "source"] = "\(source.name)" }
    var life = life
    life?.source = index
    var log = EventLog(logger: logger, bar: bar, source: source.id, life: life)
    log.figures = figures?.of(index)
    return log
  }

  func progress(_ progress: IngestProgress) {
    bar?.show(progress, of: source)
    life?.touch()
  }

  func alive() { life?.touch() }

  func received(_ bytes: Int) { figures?.received(bytes) }

  func report(_ event: IngestEvent) {
    life?.touch()
    figures?.count(event)
    switch event {
    case .pollStarted:
      faults.pollBegins()
      logger.debug("poll.started")
    case .pollFinished(let summary):
      bar?.finish(source)
      for folder in faults.pollEnds() {
        logger.notice(
          "file.recovered", metadata: folder.fields.merging(["file": "\(folder.path)/"]) { $1 })
      }
      let level: Logger.Level = summary.isIdle ? .debug : .info
      logger.log(
        level: level, "poll.finished",
        metadata: Self.fields(summary.counts).merging([
          "files": "\(summary.ingested)", "failed": "\(summary.failed)",
          "settling": "\(summary.settling)", "lost": "\(summary.lost)", "bytes": "\(summary.bytes)",
          "ms": "\(summary.milliseconds)",
        ]) { _, new in new })
    case .sourceConnected(let host, let milliseconds):
      logger.debug("source.connected", metadata: ["host": "\(host)", "ms": "\(milliseconds)"])
    case .fileSettling(let path, let reason):
      logger.info("file.settling", metadata: ["file": "\(path)", "reason": "\(reason)"])
    case .fileIncomplete(let path, let reason):
      // The reason has numbers that differ each time.
      faults.log(
        FaultMemory.Fault(
          event: "file.settling", key: .incomplete(Array(path.utf8)), cause: "", level: .info,
          fields: ["file": "\(path)", "reason": "\(reason)"]), to: logger)
    case .filesIncomplete(let more):
      faults.log(
        FaultMemory.Fault(
          event: "file.settling", key: .incomplete([]), cause: "\(more)", level: .info,
          fields: ["more": "\(more)"]), to: logger)
    case .filesSettling(let more): logger.info("file.settling", metadata: ["more": "\(more)"])
    case .fileGone(let path, let error):
      _ = faults.ended(.file(Array(path.utf8)))
      logger.warning("file.gone", metadata: ["file": "\(path)", "error": "\(error)"])
    case .filesGone(let more):
      logger.warning(
        "file.gone",
        metadata: [
          "more": "\(more)",
          "error":
            "so many further files were gone before they were read; colisd files --state gone lists them",
        ])
    case .fileUnmatched(let path):
      logger.notice(
        "file.unmatched",
        metadata: [
          "file": "\(path)",
          "reason": "no pattern of include or exclude matches it, so it is not read",
        ])
    case .filesUnmatched(let more):
      logger.notice("file.unmatched", metadata: ["more": "\(more)"])
    case .fileStarted(let path, let size):
      logger.debug(
        "file.started", metadata: ["file": "\(path)", "bytes": "\(size.map(String.init) ?? "?")"])
    // The file's own line has them.
    case .rowsCommitted: break
    case .fileIngested(let path, let counts, let milliseconds, _):
      _ = faults.ended(.file(Array(path.utf8)))
      logger.info(
        "file.ingested",
        metadata: Self.fields(counts).merging([
          "file": "\(path)", "ms": "\(milliseconds)",
        ]) { _, new in new })
    case .fileFailed(let path, let counts, let error, let isFinal):
      // Only a file that is tried at each poll would be logged again and again.
      if isFinal { _ = faults.ended(.file(Array(path.utf8))) }
      faults.log(
        FaultMemory.Fault(
          event: "file.failed", key: .file(Array(path.utf8)), cause: error,
          fields: Self.fields(counts).merging(["file": "\(path)", "error": "\(error)"]) { _, new in
            new
          }), to: logger)
    case .filesFailed(let more):
      faults.log(
        FaultMemory.Fault(
          event: "file.failed", key: .file([]), cause: "\(more)",
          fields: [
            "more": "\(more)", "error": "so many further files failed; colisd files says why",
          ]), to: logger)
    case .fileDoubtful(let path, let doubt):
      logger.warning("file.doubtful", metadata: ["file": "\(path)", "doubt": "\(doubt)"])
    case .fileMoved(let path, let action):
      logger.info("file.moved", metadata: ["file": "\(path)", "to": "\(action.text)"])
    case .folderClosed(let path, let error):
      faults.log(
        FaultMemory.Fault(
          event: "file.failed", key: .folder(Array(path.utf8)), cause: error, level: .warning,
          fields: ["file": "\(path)/", "error": "\(error)"]), to: logger)
    case .foldersClosed(let more):
      faults.log(
        FaultMemory.Fault(
          event: "file.failed", key: .folder([]), cause: "\(more)", level: .warning,
          fields: ["more": "\(more)", "error": "so many further folders could not be listed"]),
        to: logger)
    case .workerAwaited(let other, let files):
      let work = files.map { "it reads \($0) files" } ?? "it lists the source"
      logger.info("drain.waiting", metadata: ["worker": "\(other)", "reason": "\(work)"])
    case .postActionFailed(let path, let error):
      faults.log(
        FaultMemory.Fault(
          event: "file.failed", key: .postAction(Array(path.utf8)), cause: error,
          fields: ["file": "\(path)", "error": "\(error)"]), to: logger)
    case .postActionsFailed(let more):
      faults.log(
        FaultMemory.Fault(
          event: "file.failed", key: .postAction([]), cause: "\(more)",
          fields: [
            "more": "\(more)",
            "error": "so many further files could not be moved or deleted; colisd files says why",
          ]), to: logger)
    case .rowRejected(let path, let line, let reason):
      logger.warning(
        "row.rejected",
        metadata: ["file": "\(path)", "line": "\(line)", "reason": "\(reason.rawValue)"])
    case .rowHeld(let path, let line, let account, let reason):
      logger.info(
        "row.held",
        metadata: [
          "file": "\(path)", "line": "\(line)", "account": "\(account.account)",
          "account_id": "\(account.accountID)", "reason": "\(reason.rawValue)",
        ])
    case .fileHeld(let file):
      logger.info(
        "row.held",
        metadata: [
          "file": "\(file.sighting.path)", "account": "\(file.account.account)",
          "account_id": "\(file.account.accountID)", "reason": "\(file.reason.rawValue)",
        ])
    case .filesHeld(let more): logger.info("row.held", metadata: ["more": "\(more)"])
    case .filesRetried(let files, let layout):
      logger.notice(
        "file.retried",
        metadata: [
          "files": "\(files)", "layout": "\(layout)",
          "reason":
            "another layout could read little or nothing of them; those in the drop are read again",
        ])
    case .heldReleased(let rows):
      bar?.finish(source)
      logger.info(
        "held.released",
        metadata: [
          "account": "\(rows.account.account)", "account_id": "\(rows.account.accountID)",
          "contract": "\(rows.service.contract)", "service": "\(rows.service.kind.rawValue)",
          "rows": "\(rows.counts.released)", "new": "\(rows.counts.eventsNew)",
          "repeated": "\(rows.counts.eventsRepeated)",
        ])
    case .heldUnreadable(let path, let account, let error):
      logger.warning(
        "row.held",
        metadata: [
          "file": "\(path)", "account": "\(account.account)",
          "account_id": "\(account.accountID)",
          "error": "the rows may come in, but the layout can't read them: \(error)",
        ])
    case .heldExpired(let rows):
      logger.notice("row.held", metadata: ["rows": "\(rows)", "reason": "retention-expired"])
    case .copiesExpired(let total):
      logger.notice(
        "file.copies",
        metadata: [
          "files": "\(total.copies)", "bytes": "\(total.packed)",
          "reason": "retention-expired",
        ])
    case .eventsPruned(let summary):
      logger.notice(
        "events.pruned",
        metadata: [
          "before": "\(WallClock.utc(seconds: summary.oldest ?? 0))",
          "events": "\(summary.events)", "parcels": "\(summary.parcels)",
          "bytes": "\(summary.bytes)", "ms": "\(summary.milliseconds)",
        ])
    case .dataErased(let summary):
      var fields: Logger.Metadata = [
        "parcels": "\(summary.erasures.count)", "held": "\(summary.held)",
        "rejected": "\(summary.rejected)", "copies": "\(summary.copies)",
        "ms": "\(summary.milliseconds)",
      ]
      if case .owed(let reason) = summary.rewrite {
        fields["owed"] = "deleted data is still in the store's files, as \(reason)"
      }
      logger.notice("parcel.erased", metadata: fields)
    case .nearMatch(let account, let match):
      logger.warning(
        "row.held",
        metadata: [
          "account": "\(account.account)", "account_id": "\(account.accountID)",
          "reason": "\(HoldReason.unknownAccount.rawValue)", "contract": "\(match.contract)",
          "near": "\(match.sentence(for: account))",
        ])
    case .nearMatches(let more):
      logger.warning(
        "row.held",
        metadata: [
          "more": "\(more)", "reason": "\(HoldReason.unknownAccount.rawValue)",
          "near":
            "so many further accounts differ little from those of contracts; colisd held lists them",
        ])
    case .contractIncomplete(let id, let problems):
      logger.warning(
        "contract.incomplete",
        metadata: [
          "contract": "\(id)",
          "reason":
            "\(problems.joined(separator: "; ")); its rows are held, and colisd contracts check names file and line",
        ])
    case .contractComplete(let id):
      logger.notice("contract.complete", metadata: ["contract": "\(id)"])
    case .feedChanged(let service, let account, let accountID, let feed):
      log(feed, of: service, account: account, accountID: accountID)
    case .rowsRejected(let path, let more):
      logger.warning("row.rejected", metadata: ["file": "\(path)", "more": "\(more)"])
    case .rowsHeld(let path, let more):
      logger.info("row.held", metadata: ["file": "\(path)", "more": "\(more)"])
    case .codeUnmapped(let wording):
      logger.warning(
        "code.unmapped",
        metadata: ["code": "\(wording.code ?? "")", "label": "\(wording.label ?? "")"])
    case .codesUnmapped(let more):
      logger.warning("code.unmapped", metadata: ["more": "\(more)"])
    case .codeRemapped(let wording): log(wording)
    case .codesRemapped(let more): logger.notice("code.remapped", metadata: ["more": "\(more)"])
    case .historyRemapped(let summary):
      logger.notice(
        "map.followed",
        metadata: [
          "map": "\(summary.map)", "codes": "\(summary.wordings.count)",
          "parcels": "\(summary.parcels)", "corrected": "\(summary.corrected)",
          "ms": "\(summary.milliseconds)",
        ])
    case .mapWaits(let wordings, let version):
      let lost = wordings.filter(\.isLost)
      let first = lost.first?.before.wording
      logger.warning(
        "map.waits",
        metadata: [
          "map": "\(version)", "codes": "\(lost.count)", "code": "\(first?.code ?? "")",
          "label": "\(first?.label ?? "")",
          "error":
            "this map would make known codes unmapped, so those that the store knows keep their meanings; check the map, or let it with colisd remap --yes",
        ])
    }
  }

  private func log(_ wording: RemappedWording) {
    logger.notice(
      "code.remapped",
      metadata: [
        "code": "\(wording.before.wording.code ?? "")",
        "label": "\(wording.before.wording.label ?? "")",
        "from": "\(wording.before.meaning.status.name)", "to": "\(wording.meaning.status.name)",
        "events": "\(wording.before.events)", "parcels": "\(wording.parcels ?? 0)",
      ])
  }

  private func log(
    _ feed: Feed, of service: ServiceReference, account: String?, accountID: String?
  ) {
    var fields: Logger.Metadata = [
      "contract": "\(service.contract)", "service": "\(service.kind.rawValue)",
      "account": "\(account ?? "-")", "account_id": "\(accountID ?? "-")",
    ]
    switch feed.state {
    case .live: logger.notice("contract.live", metadata: fields)
    case .silent:
      fields["reason"] = "\(feed.evidence ?? "")"
      logger.warning("contract.silent", metadata: fields)
    case .reconfigurationRequired:
      fields["reason"] = "\(feed.nextStep)"
      logger.warning("contract.reconfiguration", metadata: fields)
    case .incomplete, .subscriptionRequired, .advisorToInform, .awaitingFirstFile, .removed:
      guard feed.isBroken else { break }
      fields["reason"] = "\(feed.state.rawValue): \(feed.nextStep)"
      logger.warning("contract.held", metadata: fields)
    }
  }

  private static func fields(_ counts: FileCounts) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "rows": "\(counts.rows)", "new": "\(counts.eventsNew)",
      "repeated": "\(counts.eventsRepeated)", "held": "\(counts.held)",
      "rejected": "\(counts.rejected)",
    ]
    if counts.skipped > 0 { fields["skipped"] = "\(counts.skipped)" }
    return fields
  }
}
