import Contract
import Glibc
import Ingest
import Logging
import ParcelStore
import ServiceLifecycle

/// Reads layout, status map and contracts again at SIGHUP, and when a file of the contracts' folder
/// changes. A layout, a map or a folder that can't be read leaves all as it was; what is wrong with a
/// contract's file holds that contract's rows, and nothing else.
struct ReloadService: Service {
  let reloader: Reloader
  let contractsDirectory: String
  let hangups: AsyncStream<Void>

  /// Every SIGHUP from now on; of those that come while the files are read, one more reading is enough.
  static func hangups() -> AsyncStream<Void> {
    let (hangups, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    // It would end a process that has no thread to hear it.
    signal(SIGHUP, SIG_IGN)
    Signals.hear([SIGHUP]) { _ in continuation.yield() }
    return hangups
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await _ in hangups { await reloader.reload("at SIGHUP") }
        }
        group.addTask {
          let watch = FolderWatch(path: contractsDirectory) { reloader.noteUnwatched($0) }
          await watch.run {
            await reloader.reload("after a change in \(contractsDirectory)", isAsked: false)
          }
        }
      }
    }
  }
}

/// Exchanges the rules in force, one reading after the other.
actor Reloader {
  private let loader: RulesLoader
  private let rules: RulesInForce
  private let store: any EventStore
  private let logger: Logger
  /// What was wrong at the last reading; told once, however often the folder changes.
  private var lastProblems: [ConfigurationProblem] = []

  /// - Parameter known: what was wrong with contracts at the start, which was told then.
  init(
    loader: RulesLoader, rules: RulesInForce, store: any EventStore, logger: Logger,
    known: [ConfigurationProblem]
  ) {
    lastProblems = ConfigurationError(known).problems
    self.loader = loader
    self.rules = rules
    self.store = store
    self.logger = logger
  }

  /// - Parameter reason: why changes of the contracts' folder go unnoticed.
  nonisolated func noteUnwatched(_ reason: String) {
    let folder = loader.configuration.contractsDirectory
    logger.warning(
      "config.note",
      metadata: [
        "error":
          "\(folder) can't be watched: \(reason); after a change, systemctl reload colisd (SIGHUP) reads it"
      ])
  }

  /// - Parameters:
  ///   - occasion: what makes it read, in words.
  ///   - isAsked: whether somebody waits for an answer, also when nothing is new.
  func reload(_ occasion: String, isAsked: Bool = true) async {
    do throws(ConfigurationError) {
      let loaded = try loader.load(occasion)
      let problems = ConfigurationError(loaded.incomplete).problems
      // What was wrong before may have been taken back, which is told.
      guard isAsked || problems != lastProblems || !loaded.isSame(as: rules.current) else { return }
      let known = Set(lastProblems)
      lastProblems = problems
      rules.replace(by: loaded.rules)
      for problem in ConfigurationError(loaded.unreadable).problems
      where !known.contains(problem) {
        logger.warning("config.refused", metadata: ["error": "\(problem)"])
      }
      logger.notice(
        "config.reloaded", metadata: ["contracts": "\(loaded.rules.contracts.contracts.count)"])
      await RulesNotes.write(to: store, error: nil)
    } catch {
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
