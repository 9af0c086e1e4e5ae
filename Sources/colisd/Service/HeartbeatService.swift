import HTTPClient
import Logging
import ServiceLifecycle

/// Asks the heartbeat's URL after good polls, one request at a time. No poll waits for it: of those that are good
/// meanwhile the stream keeps one.
struct HeartbeatService: Service {
  let heartbeat: Configuration.Heartbeat
  let polls: GoodPolls
  let session: HTTPSession
  let logger: Logger
  let faults = FaultMemory()

  private static let timeout = Duration.seconds(10)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var next = ContinuousClock.now
      for await _ in polls.moments {
        guard .now >= next else { continue }
        next = .now + heartbeat.every
        // The daemon's end breaks it off.
        await ask()
      }
    }
  }

  private func ask() async {
    do throws(HTTPFault) {
      var request = HTTPRequest(heartbeat.url, timeout: Self.timeout)
      // Its status says all.
      request.keptBody = 0
      let answer = try await session.send(request)
      guard !(200..<300).contains(answer.status) else { return logRecovery() }
      let isElsewhere = (300..<400).contains(answer.status)
      log(
        cause: "\(answer.status)",
        "it answered with status \(answer.status)"
          + (isElsewhere ? ", and no redirection is followed: write the final URL" : ""))
    } catch {
      // The daemon ends; the server is not to blame.
      guard error.kind != .cancelled else { return }
      log(cause: "\(error.kind)", error.reason)
    }
  }

  private func log(cause: String, _ error: String) {
    faults.log(
      FaultMemory.Fault(
        event: "heartbeat.failed", key: .heartbeat, cause: cause, level: .warning,
        fields: ["host": "\(heartbeat.server)", "error": "\(error)"]), to: logger)
  }

  private func logRecovery() {
    guard let lasted = faults.ended(.heartbeat) else { return }
    logger.notice(
      "heartbeat.recovered", metadata: lasted.merging(["host": "\(heartbeat.server)"]) { $1 })
  }
}
