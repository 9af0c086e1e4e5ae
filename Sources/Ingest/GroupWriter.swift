import ParcelStore
import Status
import Synchronization

/// Collects parts of files into groups and commits them, one group at a time, while the next one is
/// being collected.
///
/// A group is committed when it has enough rows or has waited long enough, so a backlog pays for few
/// transactions and a single small file is stored at once. A quarter is enough while nothing is being
/// committed: the store need not wait for more, and what comes meanwhile makes the next group larger.
/// Whoever appends waits while a full group can't be committed yet: that is the back-pressure of the
/// whole flow.
public actor GroupWriter {
  public struct Limits: Sendable {
    /// Rows at which a group is committed.
    public var rows: Int
    /// Bytes in memory at which it is committed, for files of long lines.
    public var bytes: Int
    /// The longest time that a row waits for others.
    public var delay: Duration

    public init(
      rows: Int = 110_000, bytes: Int = 10 << 20, delay: Duration = .milliseconds(250)
    ) {
      self.rows = rows
      self.bytes = bytes
      self.delay = delay
    }
  }

  private let store: any EventStore
  private var statusMap: StatusMap
  private let observer: any IngestObserver
  private let limits: Limits
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  private var group = CommitGroup()
  /// The group that is about to be committed.
  private var taken = CommitGroup()
  private var rows = 0
  private var bytes = 0
  private var running: Task<Void, Never>?
  private var timer: Task<Void, Never>?
  private var failure: StoreError?
  /// Files whose parts were committed before their end.
  private var unfinished: [[UInt8]: OpenFile] = [:]
  /// Files that are not complete, and that failed but not for good, since the last flush.
  private var incomplete = 0
  private var failing = 0
  /// What was committed so far, for the summary of the poll.
  public private(set) var summary = PollSummary()

  private struct OpenFile {
    var counts = FileCounts()
    var started = ContinuousClock.now
  }

  public init(
    store: any EventStore, statusMap: StatusMap, observer: any IngestObserver,
    limits: Limits = Limits(), now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.statusMap = statusMap
    self.observer = observer
    self.limits = limits
    self.now = now
  }

  /// Adds a part; returns at once unless a full group is waiting already.
  public func append(_ part: FilePart) async throws(StoreError) {
    while isFull, running != nil { await running?.value }
    if let failure { throw failure }
    let path = part.file.pathBytes
    if unfinished[path] == nil { unfinished[path] = OpenFile() }
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

  /// Goes by another status map from here on; what was appended before goes by the former one.
  func use(_ statusMap: StatusMap) async throws(StoreError) {
    guard statusMap != self.statusMap else { return }
    try await flush()
    self.statusMap = statusMap
  }

  /// Commits what was appended and waits until it is on disk.
  public func flush() async throws(StoreError) {
    while running != nil || !group.isEmpty {
      startCommit()
      await running?.value
    }
    tellRest()
    if let failure { throw failure }
  }

  /// Files that are read at each poll, of which each is told by itself: a drop may have thousands.
  private static let mostTold = 10

  private func tellRest() {
    if incomplete > Self.mostTold {
      observer.note(.filesIncomplete(more: incomplete - Self.mostTold))
    }
    if failing > Self.mostTold { observer.note(.filesFailed(more: failing - Self.mostTold)) }
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
    // Not a child of the caller: a commit that has begun is finished, whoever is cancelled.
    running = Task { await commit() }
  }

  private func commit() async {
    let outlines = taken.parts.map(\.withoutBatches)
    do throws(StoreError) {
      let report = try await store.commit(
        taken.takeAll(), receivedAt: now(), statusMap: statusMap)
      note(report.newUnmapped)
      for (index, part) in outlines.enumerated() {
        if let refusal = report.refusals[index] {
          note(part, refusal)
          continue
        }
        let total = report.totals.indices.contains(index) ? report.totals[index] : nil
        note(part, report.counts[index], total)
      }
    } catch {
      failure = error
    }
    running = nil
    // Without a timer the group has waited long enough.
    if isWorthACommit || timer == nil { startCommit() }
  }

  /// Codes that are told one by one for each group: a real first file has some dozens of them, and a
  /// file of nonsense must not fill the log.
  private static let mostCodes = 100

  private func note(_ unmapped: [Wording]) {
    for wording in unmapped.prefix(Self.mostCodes) { observer.note(.codeUnmapped(wording)) }
    if unmapped.count > Self.mostCodes {
      observer.note(.codesUnmapped(more: unmapped.count - Self.mostCodes))
    }
  }

  /// A part was not taken: nothing of it counts.
  private func note(_ part: FilePart, _ refusal: CommitReport.Refusal) {
    guard part.end != nil else { return }
    unfinished[part.file.pathBytes] = nil
    switch refusal {
    // As if it had been done before.
    case .wasRead: break
    case .isRead(let other):
      summary.settling += 1
      incomplete += 1
      guard incomplete <= Self.mostTold else { return }
      observer.note(
        .fileIncomplete(path: part.file.path, reason: "\(other) reads it at the same time"))
    }
  }

  /// - Parameter total: what the ledger counts of the file, so that log and ledger say the same.
  private func note(_ part: FilePart, _ counts: FileCounts, _ total: FileCounts?) {
    summary.counts += counts
    if case .held = part.origin { return }
    let path = part.file.pathBytes
    var file = unfinished[path] ?? OpenFile()
    // What an earlier reading of the same name counted is not of this one.
    if part.isFirst { file.counts = FileCounts() }
    file.counts += counts
    unfinished[path] = file
    guard let end = part.end else { return }
    unfinished[path] = nil
    if let total { file.counts = total }
    let milliseconds = Int((ContinuousClock.now - file.started) / .milliseconds(1))
    switch end.state {
    case .ingested:
      summary.ingested += 1
      observer.note(
        .fileIngested(path: part.file.path, counts: file.counts, milliseconds: milliseconds))
    case .settling:
      summary.settling += 1
      incomplete += 1
      guard incomplete <= Self.mostTold else { return }
      observer.note(.fileIncomplete(path: part.file.path, reason: end.error ?? ""))
    case .failed, .held, .ingesting, .dismissed:
      summary.failed += 1
      if !end.isFinal { failing += 1 }
      guard end.isFinal || failing <= Self.mostTold else { return }
      observer.note(
        .fileFailed(
          path: part.file.path, counts: file.counts, error: end.error ?? "", isFinal: end.isFinal))
    }
  }
}
