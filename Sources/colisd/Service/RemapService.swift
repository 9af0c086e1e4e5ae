import Ingest
import Logging
import ServiceLifecycle
import Status

/// Makes history follow the status map: at the daemon's start, and whenever other rules come into force. Files are
/// read meanwhile.
struct RemapService: Service {
  let upkeep: MapUpkeep
  let rules: RulesInForce
  let logger: Logger

  /// After a fault, such as a full disk.
  private static let pause = Duration.seconds(60)

  func run() async throws {
    let faults = UpkeepFaults("map.failed", "map.recovered", to: logger)
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let current = rules.current
        // Before that, rows may still come in with meanings of the former map.
        await rules.areInForce(current.revision)
        if Task.isCancelled { return }
        do {
          _ = try await upkeep.follow(current.statusMap)
          faults.succeeded()
          await rules.changed(since: current.revision)
        } catch {
          if Task.isCancelled { return }
          faults.log(error, ["map": "\(current.statusMap.version)"])
          try? await Task.sleep(for: Self.pause)
        }
      }
    }
  }
}
