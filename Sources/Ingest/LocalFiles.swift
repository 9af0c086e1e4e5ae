import Carrier
import Contract
import ParcelStore
import Status
import TrackingFile

/// Ingests files of this machine, or standard input, in the same way as files of a server: for back-fills.
public struct LocalFiles: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  private let now: @Sendable () -> Int64
  /// Which parcels are known, for a dry run, whose own store is empty and is thrown away.
  private let reference: (any StoreReader)?
  private let isDry: Bool
  private var limits = GroupWriter.Limits()

  public init(
    store: any EventStore, observer: any IngestObserver,
    limits: GroupWriter.Limits = GroupWriter.Limits(), now: @escaping @Sendable () -> Int64
  ) {
    self.init(store: store, reference: nil, isDry: false, observer: observer, now: now)
    self.limits = limits
  }

  /// A dry run: files are read, checked and mapped, and nothing is kept.
  /// - Parameters:
  ///   - store: an empty one, which takes the rows.
  ///   - reference: the store that the files would go to; nil if there is none yet.
  public static func dry(
    store: any EventStore, reference: (any StoreReader)?, observer: any IngestObserver,
    now: @escaping @Sendable () -> Int64
  ) -> Self {
    Self(store: store, reference: reference, isDry: true, observer: observer, now: now)
  }

  private init(
    store: any EventStore, reference: (any StoreReader)?, isDry: Bool,
    observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    self.reference = reference
    self.isDry = isDry
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// Why a local file could not be read.
  public struct ReadError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String
    /// Whether there is no such file; false: it is there and can't be read.
    public var isMissing: Bool

    public var description: String {
      "cannot read \(path): \(reason); check the name and its permissions"
    }
  }

  /// Ingests the files one after the other; a file that the ledger knows as done is skipped.
  /// - Parameter paths: `-` is standard input.
  /// - Throws: `ReadError` of the first file that can't be read, after all others were ingested.
  public func ingest(
    _ paths: [String], _ source: any RulesSource
  ) async throws -> PollSummary {
    try await withTaskExecutorPreference(Self.executor) {
      try await ingestInTurn(paths, source)
    }
  }

  /// Opening and reading block on disks and pipes, so they must not run on a thread of Swift's pool.
  private static let executor = QueueTaskExecutor(label: "local-files")

  private func ingestInTurn(
    _ paths: [String], _ source: any RulesSource
  ) async throws -> PollSummary {
    let upkeep = ContractUpkeep(store: store, observer: observer, now: now)
    if !isDry {
      try await upkeep.readAgain(source.current, of: .local)
      try await upkeep.run(source)
    }
    let known: any StoreReader = reference ?? store
    var inForce = try await GateInForce(source, source.current, known, upkeep, now: now)
    // First: taking may fail after the rules were given out.
    defer { source.giveBack() }
    try await inForce.take()
    let writer = GroupWriter(
      store: store, observer: observer, limits: limits, now: now)
    var intake = FileIntake(inForce, store: known, writer: writer, observer: observer)
    intake.keepsCopies = !isDry
    let started = ContinuousClock.now
    var progress = IngestProgress()
    progress.files = paths.count
    progress.bytes = LocalFile.totalSize(paths)
    var unreadable: ReadError?
    let result: Result<Void, any Error>
    do {
      for path in paths {
        do {
          let file = try LocalFile(path)
          guard try await !isDone(file) else { continue }
          file.onProgress = { count in
            progress.bytesDone += Int64(count)
            observer.progress(progress)
          }
          try await intake.run(file.sighting, postAction: .leave, from: file)
        } catch let error as ReadError {
          unreadable = unreadable ?? error
        }
        progress.filesDone += 1
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await writer.flush()
    try result.get()
    if !isDry {
      try await upkeep.noteFeeds(source.current)
      var lookedAt: Set<AccountPair> = []
      try await upkeep.reportNearMatches(source.current, lookedAt: &lookedAt)
    }
    if let unreadable { throw unreadable }
    var summary = PollSummary()
    summary.add(listed: paths.count)
    summary.add(await writer.committed, bytes: progress.bytesDone)
    summary.finish(since: started)
    return summary
  }

  private func isDone(_ file: LocalFile) async throws -> Bool {
    guard file.sighting.size != nil else { return false }
    return try await store.unfinished(among: [file.sighting]).isEmpty
  }
}
