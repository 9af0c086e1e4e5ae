import ParcelStore

/// Deletes what is older than it is kept, in short transactions beside whatever else reads and writes, and gives
/// the space back.
public struct RetentionUpkeep: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  /// About how many parcels one transaction looks at: some tenths of a second.
  private static let batch = 8_192

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// Applies the retention of events, unless another worker has that duty. May be interrupted: the next run goes on with
  /// the rest.
  @discardableResult
  public func pruneEvents(_ rules: Rules) async throws -> PruneSummary {
    var summary = PruneSummary()
    guard let retention = rules.eventRetention, try await store.hasUpkeep() else {
      return summary
    }
    let start = ContinuousClock.now
    let oldest = retention.oldest(at: now())
    summary.oldest = oldest
    var done: Int64 = 0
    while let step = try await store.prune(before: oldest, after: done, limit: Self.batch) {
      summary.events += step.events
      summary.parcels += step.parcels
      done = step.done
      show(step)
      try Task.checkCancellation()
    }
    summary.bytes = try await giveSpaceBack()
    summary.milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    if !summary.isEmpty { observer.report(.eventsPruned(summary)) }
    return summary
  }

  /// Applies the retention of held rows and of copies of files, and then that of events.
  public func prune(_ rules: Rules) async throws -> PruneSummary {
    var heldRows = 0
    if let retention = rules.heldRetention {
      heldRows = try await store.discardHeld(
        HeldSelection(before: now() - retention.components.seconds))
      if heldRows > 0 { observer.report(.heldExpired(rows: heldRows)) }
    }
    let copies = try await RawCopyUpkeep(store: store, observer: observer, now: now).run(rules)
    var summary = try await pruneEvents(rules)
    summary.heldRows = heldRows
    summary.copies = copies
    if summary.oldest == nil, heldRows > 0 || copies.packed > 0 {
      summary.bytes = try await giveSpaceBack()
    }
    return summary
  }

  /// What `prune` would delete now, and how much space is free already.
  public func look(_ rules: Rules) async throws -> PruneSummary {
    var summary = PruneSummary()
    if let retention = rules.heldRetention {
      summary.heldRows = try await store.heldRows(
        before: now() - retention.components.seconds)
    }
    summary.copies = try await store.rawCopies(keptBefore: rules.oldestCopy(at: now()))
    summary.bytes = try await store.freeSpace()
    guard let retention = rules.eventRetention else { return summary }
    let oldest = retention.oldest(at: now())
    summary.oldest = oldest
    var done: Int64 = 0
    while let step = try await store.prunable(before: oldest, after: done, limit: Self.batch) {
      summary.events += step.events
      summary.parcels += step.parcels
      done = step.done
      show(step)
      try Task.checkCancellation()
    }
    return summary
  }

  private func giveSpaceBack() async throws -> Int {
    var bytes = 0
    while true {
      let given = try await store.giveSpaceBack()
      if given == 0 { break }
      bytes += given
      try Task.checkCancellation()
    }
    // The file gets shorter when its write-ahead log is copied into it.
    if bytes > 0 { await store.settle() }
    return bytes
  }

  private func show(_ step: PruneStep) {
    var progress = IngestProgress()
    progress.parcels = Int(step.all)
    progress.parcelsDone = Int(min(step.done, step.all))
    observer.progress(progress)
  }
}
