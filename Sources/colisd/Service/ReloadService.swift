import Contract
import Ingest
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads layout, status map and contracts again at SIGHUP: all of them or none.
struct ReloadService: Service {
  let loader: RulesLoader
  let rules: RulesInForce
  let logger: Logger

  func run() async throws {
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      do throws(ConfigurationError) {
        let loaded = try loader.load()
        rules.replace(by: loaded.rules)
        for problem in loaded.incomplete {
          logger.warning("config.refused", metadata: ["error": "\(problem)"])
        }
        logger.notice(
          "config.reloaded", metadata: ["contracts": "\(loaded.rules.contracts.contracts.count)"])
      } catch {
        for problem in error.problems {
          logger.error(
            "config.refused",
            metadata: ["error": "\(problem); what was in force before stays in force"])
        }
      }
    }
  }
}
