import Carrier
import ParcelStore
import TrackingFile

/// Erases recipients' data, in short transactions beside whatever else reads and writes, and completes what was
/// interrupted.
public struct ErasureUpkeep: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  /// Those by which files are read now.
  private let layouts: @Sendable () -> [Layout]

  /// How many held rows and rejected lines one step looks at: some hundredths of a second.
  private static let batch = 8_192

  /// - Parameter layouts: those by which files are read now; see `RawRedaction`.
  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64,
    layouts: @escaping @Sendable () -> [Layout] = { [] }
  ) {
    self.layouts = layouts
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// Erases what is known of a recipient by the number of a parcel, and whatever other erasures have left to do.
  /// - Parameter accounts: those under which the number is known; nil: no account, only lines that can't be read.
  public func erase(
    _ number: ParcelNumber, of accounts: [AccountPair?]
  ) async throws -> ErasureSummary {
    let instant = now()
    for account in accounts { _ = try await store.erase(number, of: account, at: instant) }
    return try await finish()
  }

  /// Completes the erasures that were begun, takes lines out of copies that came again after an erasure, and makes
  /// sure that the store's files have nothing of it left. Whoever is interrupted does it again.
  @discardableResult
  public func finish() async throws -> ErasureSummary {
    var summary = ErasureSummary()
    // Nearly every look finds nothing to do.
    if try await store.erasureDebt().isNone { return summary }
    guard try await store.hasUpkeep() else { return summary }
    let start = ContinuousClock.now
    for erasure in try await store.unfinishedErasures() {
      try await eraseLines(of: erasure, &summary)
      summary.add(try await redactCopies(of: erasure))
      try await store.finish(erasure)
      summary.erasures.append(erasure)
    }
    try await redactLines(&summary)
    // Last, as all that was deleted before leaves free pages.
    summary.rewrite = try await store.rewriteErased()
    summary.milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    if !summary.isEmpty { observer.report(.dataErased(summary)) }
    return summary
  }

  private func eraseLines(of erasure: Erasure, _ summary: inout ErasureSummary) async throws {
    let counts = try await store.counts()
    var progress = IngestProgress()
    progress.held = counts.held + counts.rejected
    var cursor = ErasureCursor()
    while let step = try await store.eraseLines(of: erasure, after: cursor, limit: Self.batch) {
      summary.held += step.held
      summary.rejected += step.rejected
      cursor = step.next
      progress.heldDone = min(progress.held, progress.heldDone + step.lookedAt)
      observer.progress(progress)
      try Task.checkCancellation()
    }
  }

  /// Takes the rows of the parcel out of all copies of files.
  private func redactCopies(of erasure: Erasure) async throws -> RawErasureSummary {
    try await RawErasure(store, layouts: layouts(), observer: observer, now: now)
      .run(erasure.number, of: erasure.account, upTo: erasure.at)
  }

  /// Takes lines out of copies of files that came after an erasure.
  private func redactLines(_ summary: inout ErasureSummary) async throws {
    let redaction = RawRedaction(store, layouts: layouts(), now: now)
    var last: FileID?
    while let lines = try await store.erasedLines(after: last) {
      try Task.checkCancellation()
      last = lines.file
      // An archive is read to its end after its members.
      if let holder = try await store.rawHolder(of: lines.file), holder.member != nil,
        let copy = try await store.rawCopy(of: holder.file), copy.sha256 == nil,
        copy.removedAt == nil
      {
        continue
      }
      if try await redaction.run(lines.file, without: lines.lines) != .nothing {
        summary.copies += 1
      }
      try await store.forget(lines)
    }
  }
}
