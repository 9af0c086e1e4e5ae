import Ingest
import Logging

extension Configuration {
  /// Reads the rules and tells of contract files that are none; contracts that are not complete are
  /// told by `FeedWatch`, when they become so.
  func loadRules(_ logger: Logger) throws(ConfigurationError) -> Rules {
    try load(logger).rules
  }

  func load(_ logger: Logger) throws(ConfigurationError) -> RulesLoader.Result {
    let loaded = try RulesLoader(configuration: self).load()
    for problem in loaded.unreadable {
      logger.warning("config.refused", metadata: ["error": "\(problem)"])
    }
    for note in loaded.notTaken { logger.warning("config.note", metadata: ["error": "\(note)"]) }
    for warning in warnings {
      logger.warning("config.refused", metadata: ["error": "\(path): \(warning)"])
    }
    return loaded
  }
}
