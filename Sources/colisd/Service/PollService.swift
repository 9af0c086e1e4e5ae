import Ingest
import ServiceLifecycle
import Views

/// The daemon: polls all sources side by side until it must stop. A source that fails or hangs does not
/// delay the others.
struct PollService: Service {
  let pollers: [SourcePoller]
  let systemd: Systemd?
  /// Called when the polls begin.
  let onReady: @Sendable () -> Void

  func run() async throws {
    onReady()
    // What runs when the signal comes is cancelled: a commit that has begun is finished, a download
    // is not, and its rows come again with the next run.
    try await cancelWhenGracefulShutdown {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for poller in pollers { group.addTask { try await poller.run() } }
        // Not waitForAll(), which would wait for the others when one may not go on.
        for try await _ in group {}
      }
    }
    systemd?.notify("STOPPING=1", "STATUS=stopped")
  }
}
