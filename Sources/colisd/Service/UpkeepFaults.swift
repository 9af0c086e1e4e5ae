import Logging
import ParcelStore

/// The faults of a service that works beside the polls and tries again each minute: they are told once, again each hour,
/// and when they are over.
struct UpkeepFaults: Sendable {
  let failed: Logger.Message
  let recovered: Logger.Message
  let logger: Logger
  private let memory = FaultMemory()

  init(_ failed: Logger.Message, _ recovered: Logger.Message, to logger: Logger) {
    self.failed = failed
    self.recovered = recovered
    self.logger = logger
  }

  /// - Parameter fields: also `advice`, where the usual one does not fit.
  func log(_ error: any Error, _ fields: Logger.Metadata = [:]) {
    let cause = (error as? StoreError).map { "\($0.kind)" } ?? "\(error)"
    memory.log(
      FaultMemory.Fault(
        event: failed, key: .upkeep, cause: cause,
        fields: fields.merging([
          "error": "\(error)", "advice": "it goes on by itself in a minute, where it stopped",
        ]) { own, _ in own }), to: logger)
  }

  func succeeded() {
    guard let lasted = memory.ended(.upkeep) else { return }
    logger.notice(recovered, metadata: lasted)
  }
}
