import Ingest
import Logging
import SSH

/// A fault that ends a run and that was reported: as the sentence that every command ends with, and as
/// a log line in the chosen format.
struct FatalFault: Error {
  let error: any Error

  /// Reports the fault.
  /// - Parameters:
  ///   - event: the log event of its end; nil when nothing had begun.
  ///   - fields: further fields of that line.
  init(
    _ error: any Error, _ event: Logger.Message?, _ fields: Logger.Metadata = [:],
    to logger: Logger, _ format: Configuration.LogFormat
  ) {
    self.error = error
    // The sentence comes after the log lines, but before them for faults of the configuration, whose
    // places matter most. In a log of JSON objects it would not be a valid line.
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
