import Contract
import Ingest
import Logging
import ParcelStore

/// Reads the rules again and puts them into force, one reading after the other.
actor Reloader {
  /// New rules, which are reported once they are in force.
  struct Reading: Sendable {
    var revision: Int
    var contracts: Int
    /// When it was seen that there is something to read.
    var seenAt: ContinuousClock.Instant
  }

  nonisolated let readings: AsyncStream<Reading>
  private let found: AsyncStream<Reading>.Continuation
  private let loader: RulesLoader
  private let rules: RulesInForce
  private let store: any EventStore
  private let logger: Logger
  private let unfinished: UnfinishedFiles
  /// The folder of contracts as it was before the last reading.
  private var folder: FolderSnapshot
  /// What was wrong at the last reading; reported once, however often the folder changes.
  private var lastProblems: [ConfigurationProblem]
  /// The files that were reported as not being contracts.
  private var notTaken: Set<ConfigurationProblem>

  /// Files are read on a thread of their own, so that nothing else waits for the disk.
  private nonisolated let executor = QueueExecutor(label: "reload")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    after start: RulesAtStart, rules: RulesInForce, store: any EventStore, logger: Logger,
    unfinished: UnfinishedFiles
  ) {
    lastProblems = ConfigurationError(start.loaded.incomplete).problems
    notTaken = Set(start.loaded.notTaken)
    (readings, found) = AsyncStream.makeStream(of: Reading.self)
    loader = start.loader
    folder = start.folder
    self.rules = rules
    self.store = store
    self.logger = logger
    self.unfinished = unfinished
  }

  private nonisolated var directory: String { loader.configuration.contractsDirectory }

  /// - Parameter reason: why changes of the contracts' folder are not seen at once.
  nonisolated func warnUnwatched(_ reason: String) {
    logger.warning(
      "config.note",
      metadata: [
        "error":
          "\(directory) can't be watched: \(reason); it is compared every few seconds instead"
      ])
  }

  /// Reads again when the folder of contracts is not as it was before the last reading. inotify does not
  /// report every change, for example on a network file system.
  func compare() async {
    var new = look()
    guard new != folder else { return }
    let seenAt = ContinuousClock.now
    // An editor or a script makes several changes one after the other; they are read as one.
    for _ in 0..<Self.mostLooks {
      try? await Task.sleep(for: FolderWatch.quiet)
      if Task.isCancelled { return }
      let next = look()
      if next == new { break }
      new = next
    }
    // Somebody else may have read it meanwhile.
    if new != folder { await reloadFolder(seenAt: seenAt) }
  }

  /// After so many looks a folder that still changes is read all the same.
  private static let mostLooks = 10

  /// The folder as it is now; files that are being written as they were.
  private func look() -> FolderSnapshot {
    var new = FolderSnapshot(directory)
    for name in unfinished.all { new.entries[name] = folder.entries[name] }
    return new
  }

  /// Reads again after a change in the folder of contracts.
  func reloadFolder(seenAt: ContinuousClock.Instant) async {
    // `compare` may have read the change already, and a file may be being written since.
    if !unfinished.all.isEmpty, look() == folder { return }
    await reload("after a change in \(directory)", seenAt: seenAt, isAsked: false)
  }

  /// - Parameters:
  ///   - occasion: what makes it read, in words.
  ///   - seenAt: when that was seen.
  ///   - isAsked: whether somebody waits for an answer, also when nothing is new.
  func reload(
    _ occasion: String, seenAt: ContinuousClock.Instant, isAsked: Bool = true
  ) async {
    // Taken before the reading, so that a change during it is seen by the next comparison.
    folder = FolderSnapshot(directory)
    do throws(ConfigurationError) {
      let loaded = try loader.load(occasion)
      for note in loaded.notTaken where notTaken.insert(note).inserted {
        logger.warning("config.note", metadata: ["error": "\(note)"])
      }
      let problems = ConfigurationError(loaded.incomplete).problems
      // What was wrong before may have been corrected, which is reported.
      guard
        isAsked || problems != lastProblems || !loaded.isSame(as: rules.current)
          || !rules.current.isLatestLookWhole
      else { return }
      let known = Set(lastProblems)
      lastProblems = problems
      let revision = rules.replace(by: loaded.rules)
      for problem in ConfigurationError(loaded.unreadable).problems
      where !known.contains(problem) {
        logger.warning("config.refused", metadata: ["error": "\(problem)"])
      }
      found.yield(
        Reading(
          revision: revision, contracts: loaded.rules.contracts.contracts.count, seenAt: seenAt))
      await RulesNotes.write(to: store, error: nil)
    } catch {
      rules.lookWasRefused()
      guard isAsked || error.problems != lastProblems else { return }
      lastProblems = error.problems
      for problem in error.problems {
        logger.error(
          "config.refused",
          metadata: ["error": "\(problem); what was in force before stays in force"])
      }
      await RulesNotes.write(to: store, error: error)
    }
  }
}
