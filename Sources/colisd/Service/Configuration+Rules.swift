import Ingest
import Logging

extension Configuration {
  /// Reads the rules and logs files that are not contracts. Contracts that are not complete are logged by
  /// `FeedWatch`, at the moment when they become incomplete.
  func loadRules(_ logger: Logger) throws(ConfigurationError) -> Rules {
    try load(logger).rules
  }

  func load(_ logger: Logger) throws(ConfigurationError) -> RulesLoader.Result {
    let loaded = try RulesLoader(configuration: self).load()
    for problem in loaded.unreadable {
      logger.warning("config.refused", metadata: ["error": "\(problem)"])
    }
    for note in loaded.notTaken { logger.warning("config.note", metadata: ["error": "\(note)"]) }
    return loaded
  }
}
