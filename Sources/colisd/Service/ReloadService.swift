import Glibc
import Ingest
import Logging
import ServiceLifecycle

/// Reads layout, status map and contracts again at SIGHUP, and when a file of the contracts' folder
/// changes. A layout, a map or a folder that can't be read leaves all as it was; what is wrong with a
/// contract's file holds that contract's rows, and nothing else.
struct ReloadService: Service {
  let reloader: Reloader
  let rules: RulesInForce
  let logger: Logger
  let unfinished: UnfinishedFiles
  let contractsDirectory: String
  /// Each with the time at which it came.
  let hangups: AsyncStream<ContinuousClock.Instant>

  /// Every SIGHUP from now on; of those that come while the files are read, one more reading is enough.
  static func hangups() -> AsyncStream<ContinuousClock.Instant> {
    let (hangups, continuation) = AsyncStream.makeStream(
      of: ContinuousClock.Instant.self, bufferingPolicy: .bufferingNewest(1))
    // It would end a process that has no thread to hear it.
    signal(SIGHUP, SIG_IGN)
    Signals.hear([SIGHUP]) { _ in continuation.yield(.now) }
    return hangups
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await seenAt in hangups { await reloader.reload("at SIGHUP", seenAt: seenAt) }
        }
        group.addTask {
          let watch = FolderWatch(path: contractsDirectory, unfinished: unfinished) {
            reloader.noteUnwatched($0)
          }
          await watch.run { finding, seenAt in
            switch finding {
            case .changed: await reloader.reloadFolder(seenAt: seenAt)
            case .unseen: await reloader.compare()
            }
          }
        }
        group.addTask {
          for await reading in reloader.readings { await tell(reading) }
        }
      }
    }
  }

  /// Tells of rules once they are in force: rows of a file that is being read come in by the former ones
  /// up to its next batch.
  private func tell(_ reading: Reloader.Reading) async {
    await rules.areInForce(reading.revision)
    guard !Task.isCancelled else { return }
    let milliseconds = Int((ContinuousClock.now - reading.seenAt) / .milliseconds(1))
    logger.notice(
      "config.reloaded",
      metadata: ["contracts": "\(reading.contracts)", "ms": "\(milliseconds)"])
  }
}
