/// How processes share the work on one store; see `EventStore.team`.
///
/// Each worker has a deadline by the database's clock and renews it. Whoever misses it is taken to be gone: others take
/// its duties and its files. If it was only asleep, what it brings for a file that has another claim is refused.
public protocol WorkerTeam: Sendable {
  /// Takes a duty, or keeps it.
  /// - Parameter interval: not if another worker has done it within this time; nil: in any case.
  func take(
    _ duty: Duty, unlessDoneWithin interval: Duration?
  ) async throws(StoreError) -> DutyAnswer

  /// Lets others have a duty.
  /// - Parameter isDone: whether it was done to its end.
  func giveBack(_ duty: Duty, isDone: Bool) async throws(StoreError)

  /// Lets all workers read files of a source. What else waits there and nobody has claimed does not wait any more.
  /// - Parameters:
  ///   - files: are read in the order of (mtime, path), whatever their order here.
  ///   - alone: are read after them, each while no other is open.
  func queue(
    _ files: [FileSighting], alone: [FileSighting], of source: SourceID
  ) async throws(StoreError)

  /// Claims the next files that wait; none: all have been claimed, or are read.
  func claim(of source: SourceID, _ limits: ClaimLimits) async throws(StoreError) -> [ClaimedFile]

  /// Lets others have the files of a source that this worker has claimed and not read to their end.
  func release(of source: SourceID) async throws(StoreError)

  /// How many files of a source wait or are being read by somebody.
  func unread(of source: SourceID) async throws(StoreError) -> UnreadFiles

  /// Returns when a file of a source can be claimed.
  /// - Throws: `CancellationError`.
  func waitForFiles(of source: SourceID) async throws

  /// The other workers that poll now.
  func others() async throws(StoreError) -> [KnownWorker]
}

/// Files in the queue of a source.
public struct UnreadFiles: Sendable, Hashable {
  /// Nobody reads them yet.
  public var waiting = 0
  /// Their bytes; nil where a size is not known.
  public var bytes: Int64?
  /// Another worker reads them.
  public var withOthers = 0

  public init(waiting: Int = 0, bytes: Int64? = 0, withOthers: Int = 0) {
    self.waiting = waiting
    self.bytes = bytes
    self.withOthers = withOthers
  }

  public var isNone: Bool { waiting + withOthers == 0 }
}
