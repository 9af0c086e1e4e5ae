import ParcelStore
import Synchronization

/// Collects parts of files into groups and commits them, one group at a time, while the next one is
/// being collected.
///
/// A group is committed when it has enough rows or has waited long enough. So a backlog needs few
/// transactions, and a single small file is stored at once. While nothing is being committed, a quarter of
/// the rows is enough: otherwise the store would be idle, and rows that come meanwhile make the next group
/// larger. `append` waits while the group is full and can't be committed yet. So files are read no faster
/// than the store can write.
public actor GroupWriter {
  public struct Limits: Sendable {
    /// Rows at which a group is committed.
    public var rows: Int
    /// Bytes in memory at which it is committed, for files of long lines.
    public var bytes: Int
    /// The longest time that a row waits for others.
    public var delay: Duration

    public init(
      rows: Int = 90_000, bytes: Int = 8 << 20, delay: Duration = .milliseconds(250)
    ) {
      self.rows = rows
      self.bytes = bytes
      self.delay = delay
    }
  }

  private let store: any EventStore
  private let observer: any IngestObserver
  private let limits: Limits
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  private var group = CommitGroup()
  /// The group that is being committed.
  private var taken = CommitGroup()
  private var rows = 0
  private var bytes = 0
  private var running: Task<Void, Never>?
  private var timer: Task<Void, Never>?
  private var failure: StoreError?
  /// Files whose parts were committed before their end.
  private var unfinished: [[UInt8]: UnfinishedFile] = [:]
  /// How many files were incomplete, or failed and are tried again, since the last flush.
  private var incomplete = 0
  private var failing = 0
  /// Everything that was committed so far.
  public private(set) var committed = CommittedFiles()

  private struct UnfinishedFile {
    var counts = FileCounts()
    var started = ContinuousClock.now
  }

  public init(
    store: any EventStore, observer: any IngestObserver, limits: Limits = Limits(),
    now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.limits = limits
    self.now = now
  }

  /// Adds a part; waits only if the group is full and another one is being committed.
  /// - Throws: the error of an earlier commit; nothing can be added after it.
  public func append(_ part: FilePart) async throws(StoreError) {
    while isFull, running != nil { await running?.value }
    if let failure { throw failure }
    let path = part.file.pathBytes
    if unfinished[path] == nil { unfinished[path] = UnfinishedFile() }
    group.parts.append(part)
    rows += part.rows
    bytes += part.size
    if isWorthACommit {
      startCommit()
    }
    if !group.isEmpty, timer == nil {
      let delay = limits.delay
      timer = Task { [weak self] in
        try? await Task.sleep(for: delay)
        if !Task.isCancelled { await self?.delayPassed() }
      }
    }
  }

  /// Commits all parts that were added, and waits until they are on disk.
  public func flush() async throws(StoreError) {
    while running != nil || !group.isEmpty {
      startCommit()
      await running?.value
    }
    reportRest()
    if let failure { throw failure }
  }

  /// How many files that are read again at each poll are reported one by one: a drop may have thousands.
  private static let mostReported = 10

  private func reportRest() {
    if incomplete > Self.mostReported {
      observer.report(.filesIncomplete(more: incomplete - Self.mostReported))
    }
    if failing > Self.mostReported {
      observer.report(.filesFailed(more: failing - Self.mostReported))
    }
    (incomplete, failing) = (0, 0)
  }

  private var isWorthACommit: Bool {
    running == nil && (4 * rows >= limits.rows || 4 * bytes >= limits.bytes)
  }

  private var isFull: Bool { rows >= limits.rows || bytes >= limits.bytes }

  private func delayPassed() {
    timer = nil
    startCommit()
  }

  /// Starts to commit the collected group, unless a commit is running: that one starts the next.
  private func startCommit() {
    guard running == nil, !group.isEmpty else { return }
    timer?.cancel()
    timer = nil
    if failure == nil { swap(&group, &taken) }
    group = CommitGroup()
    rows = 0
    bytes = 0
    guard !taken.isEmpty else { return }
    // A task of its own, so that a commit that has begun is not cancelled with the caller.
    running = Task { await commit() }
  }

  private func commit() async {
    let outlines = taken.parts.map(\.withoutBatches)
    do throws(StoreError) {
      let report = try await store.commit(taken.takeAll(), receivedAt: now())
      reportUnmapped(report.newUnmapped)
      var all = FileCounts()
      for (index, part) in outlines.enumerated() {
        if let refusal = report.refusals[index] {
          skip(part, because: refusal)
          continue
        }
        let total = report.totals.indices.contains(index) ? report.totals[index] : nil
        count(report.counts[index], of: part, ledgerTotal: total)
        all += report.counts[index]
      }
      if all != FileCounts() { observer.report(.rowsCommitted(all)) }
    } catch {
      failure = error
    }
    running = nil
    // Without a timer the group has waited for `limits.delay`.
    if isWorthACommit || timer == nil { startCommit() }
  }

  /// How many codes of a group are reported one by one. A real first file has some dozens, and a file
  /// of nonsense must not fill the log.
  private static let mostCodes = 100

  private func reportUnmapped(_ unmapped: [Wording]) {
    for wording in unmapped.prefix(Self.mostCodes) { observer.report(.codeUnmapped(wording)) }
    if unmapped.count > Self.mostCodes {
      observer.report(.codesUnmapped(more: unmapped.count - Self.mostCodes))
    }
  }

  /// Handles a part that the store did not take: none of its rows count.
  private func skip(_ part: FilePart, because refusal: CommitReport.Refusal) {
    guard part.end != nil else { return }
    unfinished[part.file.pathBytes] = nil
    switch refusal {
    // Another process has read it: as if it had been done before this poll.
    case .wasRead: break
    case .isRead(let other):
      committed.settling += 1
      incomplete += 1
      guard incomplete <= Self.mostReported else { return }
      observer.report(
        .fileIncomplete(path: part.file.path, reason: "\(other) reads it at the same time"))
    }
  }

  /// Counts a committed part, and reports its file if the part ends it.
  /// - Parameter ledgerTotal: the ledger's counts for the file, so that log and ledger say the same.
  private func count(_ counts: FileCounts, of part: FilePart, ledgerTotal: FileCounts?) {
    committed.counts += counts
    if case .held = part.origin { return }
    let path = part.file.pathBytes
    var file = unfinished[path] ?? UnfinishedFile()
    // Forget the counts of an earlier file of the same name.
    if part.isFirst { file.counts = FileCounts() }
    file.counts += counts
    unfinished[path] = file
    guard let end = part.end else { return }
    unfinished[path] = nil
    if let ledgerTotal { file.counts = ledgerTotal }
    let milliseconds = Int((ContinuousClock.now - file.started) / .milliseconds(1))
    switch end.state {
    case .ingested:
      committed.ingested += 1
      observer.report(
        .fileIngested(
          path: part.file.path, counts: file.counts, milliseconds: milliseconds,
          lag: part.seenAt.map { ContinuousClock.now - $0 }))
    case .settling:
      committed.settling += 1
      incomplete += 1
      guard incomplete <= Self.mostReported else { return }
      observer.report(.fileIncomplete(path: part.file.path, reason: end.error ?? ""))
    case .failed, .held, .ingesting, .gone, .dismissed:
      committed.failed += 1
      if !end.isFinal { failing += 1 }
      guard end.isFinal || failing <= Self.mostReported else { return }
      observer.report(
        .fileFailed(
          path: part.file.path, counts: file.counts, error: end.error ?? "", isFinal: end.isFinal))
    }
  }
}
