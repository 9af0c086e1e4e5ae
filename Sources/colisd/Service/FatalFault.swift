import Ingest
import Logging
import SSH

/// A fault that ends a run and that was reported: as the sentence that every command ends with, and as
/// a log line in the chosen format.
struct FatalFault: Error {
  let error: any Error

  /// Tells of it.
  /// - Parameters:
  ///   - event: what it ends; nil: nothing had begun.
  ///   - fields: further ones of that line.
  init(
    _ error: any Error, _ event: Logger.Message?, _ fields: Logger.Metadata = [:],
    to logger: Logger, _ format: Configuration.LogFormat
  ) {
    self.error = error
    // The sentence is the last thing said, but the places of a configuration's faults come before all;
    // among objects of JSON it would be no line of the log.
    let isConfiguration = error is ConfigurationError
    if format != .json, isConfiguration { StandardError.writeLine("colisd: \(error)") }
    defer {
      if format != .json, !isConfiguration { StandardError.writeLine("colisd: \(error)") }
    }
    if let error = error as? ConfigurationError {
      for problem in error.problems {
        logger.critical("config.refused", metadata: ["error": "\(problem)"])
      }
    }
    guard let event else { return }
    logger.critical(event, metadata: fields.merging(["error": "\(error)"]) { $1 })
  }
}
