import Glibc
import Ingest
import Logging
import ServiceLifecycle

/// Reads layout, status map and contracts again at SIGHUP, and when a file in the folder of contracts
/// changes. When the layout, the map or the folder can't be read, the former rules stay in force. A
/// mistake in one contract's file holds the rows of that contract and nothing else.
struct ReloadService: Service {
  let reloader: Reloader
  let rules: RulesInForce
  let logger: Logger
  let systemd: Systemd?
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
          for await seenAt in hangups {
            systemd?.isReloading()
            await reloader.reload("at SIGHUP", seenAt: seenAt)
            // Also where the new rules were refused: the former ones are in force.
            systemd?.notify("READY=1")
          }
        }
        group.addTask {
          let watch = FolderWatch(path: contractsDirectory, unfinished: unfinished) {
            reloader.warnUnwatched($0)
          }
          await watch.run { finding, seenAt in
            switch finding {
            case .changed: await reloader.reloadFolder(seenAt: seenAt)
            case .unseen: await reloader.compare()
            }
          }
        }
        group.addTask {
          for await reading in reloader.readings { await report(reading) }
        }
      }
    }
  }

  /// Logs new rules once they are in force. Before that, rows of the batch that is being read may still
  /// come in by the former rules.
  private func report(_ reading: Reloader.Reading) async {
    await rules.areInForce(reading.revision)
    guard !Task.isCancelled else { return }
    let milliseconds = Int((ContinuousClock.now - reading.seenAt) / .milliseconds(1))
    logger.notice(
      "config.reloaded",
      metadata: ["contracts": "\(reading.contracts)", "ms": "\(milliseconds)"])
  }
}
