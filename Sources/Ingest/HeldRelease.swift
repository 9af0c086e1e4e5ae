import Carrier
import Contract
import ParcelStore
import TrackingFile

/// Lets in held rows that a contract now allows.
///
/// It goes account by account, in the order of files and lines. A row becomes an event in the same
/// transaction that removes it from the held rows. So if the work is interrupted, the next run goes on with
/// the rest.
struct HeldRelease {
  let store: any EventStore
  let observer: any IngestObserver
  /// Seconds since 1970.
  let now: @Sendable () -> Int64

  /// How many rows are read from the store at a time.
  private static let runLength = 4_096

  /// - Parameter accountID: only rows of this account ID; nil: all.
  /// - Returns: how many rows were let in, account by account.
  func run(
    _ inForce: inout GateInForce, accountID: String? = nil
  ) async throws -> [ReleasedRows] {
    defer { inForce.giveBack() }
    var released: [ReleasedRows] = []
    for held in try await store.heldAccounts() {
      if let accountID, held.account.accountID != accountID { continue }
      try await inForce.take()
      switch inForce.gate.verdict(for: held.account) {
      case .admit(let service):
        released.append(try await release(held.account, for: service, &inForce).rows)
      case .admitKnown(let service, _):
        // They may be many, and usually none of them belongs to a known parcel. So only rows that no
        // earlier run has read are read.
        if let place = try await store.beginLook(at: held.account) {
          let (rows, isWhole) = try await release(
            held.account, from: place, for: service, &inForce)
          released.append(rows)
          if isWhole { try await store.endLook(at: held.account) }
        }
      case .hold, .skip: break
      }
      // The rules may have been replaced meanwhile.
      switch inForce.gate.verdict(for: held.account) {
      case .admit: break
      case .admitKnown(_, let otherwise): try await update(held, reason: otherwise)
      case .hold(let reason): try await update(held, reason: reason)
      case .skip:
        // Rows that are already held are kept even if the configuration now says to skip unknown accounts.
        try await update(held, reason: .unknownAccount)
      }
    }
    return released.filter { $0.counts != FileCounts() }
  }

  private func update(_ held: HeldAccount, reason: HoldReason) async throws(StoreError) {
    if reason != held.reason { try await store.setReason(reason, for: held.account) }
  }

  /// - Parameter place: where to begin.
  /// - Returns: the rows that came in; and whether every row could be read by the layout with which it was
  ///   held, so that the result does not depend on today's layout.
  private func release(
    _ account: AccountPair, from place: HeldCursor = HeldCursor(), for service: ServiceReference,
    _ inForce: inout GateInForce
  ) async throws -> (rows: ReleasedRows, isWhole: Bool) {
    let writer = GroupWriter(
      store: store, observer: observer, now: now)
    let result: Result<Bool, any Error>
    do {
      result = .success(try await read(account, from: place, &inForce, into: writer))
    } catch {
      result = .failure(error)
    }
    // Also after a failure: the rows that were read are good.
    try await writer.flush()
    let rows = ReleasedRows(
      account: account, service: service, counts: await writer.committed.counts)
    if rows.counts != FileCounts() { observer.report(.heldReleased(rows)) }
    return (rows, try result.get())
  }

  /// Reads the rows of an account as long as the rules let them in.
  /// - Returns: whether every row could be read by the layout with which it was held.
  private func read(
    _ account: AccountPair, from start: HeldCursor, _ inForce: inout GateInForce,
    into writer: GroupWriter
  ) async throws -> Bool {
    var packer = EventPacker()
    packer.oldest = inForce.oldestEvent
    var meanings = WordingMeanings(by: inForce.rules.statusMap)
    var place = start
    var isWhole = true
    var progress = IngestProgress()
    progress.held = try await store.heldRows(of: account)
    var unreadable: Set<[UInt8]> = []
    while let run = try await store.heldRun(of: account, after: place, limit: Self.runLength) {
      try Task.checkCancellation()
      if inForce.isOutdated {
        // Rows that were let in by the old rules are committed before the new ones are in force.
        try await writer.flush()
        try await inForce.take()
        meanings.use(inForce.rules.statusMap)
        packer.oldest = inForce.oldestEvent
        guard inForce.gate.verdict(for: account).service != nil else { return false }
      }
      place = run.last
      if run.layout == nil { isWhole = false }
      do {
        let layout = try Self.layout(of: run, inForce.rules)
        var reader = try KeptLineReader(layout: layout, header: run.header)
        for batch in reader.read(run.rows) {
          if let line = batch.malformed.first {
            isWhole = false
            reportUnreadable(
              "line \(line.line) is malformed (\(line.reason.rawValue))", run.origin, account,
              &unreadable)
          }
          let events = packer.pack(try await inForce.admit(batch), meanings: &meanings)
          try await writer.append(
            FilePart(released: run, layout: layout.name, batches: [events]))
        }
      } catch let failure as FileFailure {
        isWhole = false
        reportUnreadable("\(failure)", run.origin, account, &unreadable)
      }
      progress.heldDone += run.rows.count
      observer.progress(progress)
    }
    return isWhole
  }

  /// The layout by which the rows were read when they were held. Older versions did not store it; for their
  /// rows it is today's.
  private static func layout(of run: HeldRun, _ rules: Rules) throws(FileFailure) -> Layout {
    guard let written = run.layout else { return rules.layout }
    if written == rules.layout.written { return rules.layout }
    do {
      return try Layout(written: written)
    } catch {
      throw .notATrackingFile("the layout by which they were held can't be read: \(error)")
    }
  }

  /// Reports rows that the layout can't read: once per file, and for ten files at most. They stay held, as
  /// a better layout may be able to read them.
  private func reportUnreadable(
    _ error: String, _ origin: HeldOrigin, _ account: AccountPair, _ reported: inout Set<[UInt8]>
  ) {
    guard reported.insert(Array(origin.path.utf8)).inserted, reported.count <= 10 else { return }
    observer.report(.heldUnreadable(path: origin.path, account: account, error: error))
  }
}

extension Verdict {
  /// The service for which rows may come in; nil if they may not.
  fileprivate var service: ServiceReference? {
    switch self {
    case .admit(let service), .admitKnown(let service, _): service
    case .hold, .skip: nil
    }
  }
}
