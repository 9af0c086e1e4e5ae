import Carrier
import Logging
import ParcelStore
import Synchronization
import Webhooks

/// The lines of the log about one endpoint of webhooks. Nothing of the URL's path is in them, nor of answers.
final class DeliveryLog: Sendable {
  private let endpoint: Endpoint
  private let logger: Logger
  /// How many were told to be parked in this hour, which began at a time by the clock.
  private let parked = Mutex((hour: Int64(0), count: 0))

  /// More in an hour are told by the command and the metrics alone.
  private static let mostParked = 10

  init(_ endpoint: Endpoint, _ logger: Logger) {
    self.endpoint = endpoint
    self.logger = logger
  }

  func write(_ change: DeliveryQueue.Change) {
    switch change {
    case .failed(let outage):
      write(
        .warning, "webhook.failed", outage.fault,
        ["next": "\(WallClock.utc(seconds: outage.nextAt))"])
    case .recovered(let outage):
      write(
        .notice, "webhook.recovered", nil,
        ["failures": "\(outage.tries)", "since": "\(WallClock.utc(seconds: outage.since))"])
    case .parked(let delivery):
      write(
        isTold() ? .warning : .debug, "webhook.parked", delivery.fault,
        [
          "seq": "\(delivery.seq)", "parcel": "\(delivery.parcel)", "tries": "\(delivery.tries)",
          "advice":
            "colisd webhooks replay \(endpoint.name) --parcel \(delivery.parcel) sends it again",
        ])
    case .stopped(let fault):
      write(
        .warning, "webhook.stopped", fault,
        ["advice": "colisd webhooks resume \(endpoint.name) asks it again"])
    }
  }

  private func write(
    _ level: Logger.Level, _ event: Logger.Message, _ fault: DeliveryFault?,
    _ more: Logger.Metadata
  ) {
    var fields: Logger.Metadata = [
      "endpoint": "\(endpoint.name)", "host": "\(endpoint.server)",
    ]
    if let status = fault?.status { fields["status"] = "\(status)" }
    if let fault { fields["error"] = "\(fault.reason)" }
    logger.log(level: level, event, metadata: fields.merging(more) { $1 })
  }

  private func isTold() -> Bool {
    let hour = currentTime() / 3_600
    return parked.withLock { parked in
      if parked.hour != hour { parked = (hour, 0) }
      parked.count += 1
      return parked.count <= Self.mostParked
    }
  }
}
