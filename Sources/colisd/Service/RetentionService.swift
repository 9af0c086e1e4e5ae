import Ingest
import Logging
import ServiceLifecycle

/// Deletes events that are older than they are kept, while files are read: at the daemon's start, and then each
/// hour, as each day makes another day's events too old.
struct RetentionService: Service {
  let upkeep: RetentionUpkeep
  let rules: RulesInForce
  let logger: Logger

  private static let pause = Duration.seconds(3_600)
  /// After a fault, such as a full disk.
  private static let shortPause = Duration.seconds(60)

  func run() async throws {
    let faults = UpkeepFaults("prune.failed", "prune.recovered", to: logger)
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        var pause = Self.pause
        do {
          try await upkeep.pruneEvents(rules.current)
          faults.succeeded()
        } catch {
          if Task.isCancelled { return }
          faults.log(error)
          pause = Self.shortPause
        }
        try? await Task.sleep(for: pause)
      }
    }
  }
}
