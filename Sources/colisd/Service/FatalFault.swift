import Ingest
import Logging
import SSH

/// A fault that ends a run: a log line in the chosen format, besides the sentence that every command
/// ends with.
struct FatalFault: Error {
  let error: any Error
  /// Whether a sentence of its own would break the log's format.
  let isSaid: Bool

  /// Tells of it.
  /// - Parameters:
  ///   - event: what it ends; nil: nothing had begun.
  ///   - fields: further ones of that line.
  init(
    _ error: any Error, _ event: Logger.Message?, _ fields: Logger.Metadata = [:],
    to logger: Logger, _ format: Configuration.LogFormat
  ) {
    self.error = error
    isSaid = format == .json
    if let error = error as? ConfigurationError {
      for problem in error.problems {
        logger.critical("config.refused", metadata: ["error": "\(problem)"])
      }
    }
    guard let event else { return }
    logger.critical(event, metadata: fields.merging(["error": "\(error)"]) { $1 })
  }
}
