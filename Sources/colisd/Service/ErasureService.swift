import Ingest
import Logging
import ServiceLifecycle

/// Completes erasures that could not be completed when they were asked for, because somebody read the store, the disk
/// was full, or the command was killed; and takes what comes again out of copies of files.
struct ErasureService: Service {
  let upkeep: ErasureUpkeep
  let logger: Logger

  private static let pause = Duration.seconds(60)

  func run() async throws {
    let faults = UpkeepFaults("erase.failed", "erase.recovered", to: logger)
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await upkeep.finish()
          faults.succeeded()
        } catch {
          if Task.isCancelled { return }
          faults.log(error)
        }
        try? await Task.sleep(for: Self.pause)
      }
    }
  }
}
