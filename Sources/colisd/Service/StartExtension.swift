import Synchronization

/// Asks systemd for more time to start in, as long as an older store is being brought up to date.
///
/// Only progress asks: a statement that stands still lets the unit's TimeoutStartSec= end.
final class StartExtension: Sendable {
  /// How long systemd waits after each message. A commit of some gigabytes takes a slow disk minutes, and
  /// nothing shows its progress.
  static let patience = Duration.seconds(300)
  /// How often it is asked at most.
  private static let pause = Duration.seconds(20)

  private let systemd: Systemd?
  private let lastSent = Mutex<ContinuousClock.Instant?>(nil)

  init(_ systemd: Systemd?) { self.systemd = systemd }

  /// To be called again and again, as long as the work goes on.
  func goesOn() {
    guard let systemd else { return }
    let now = ContinuousClock.now
    let isDue = lastSent.withLock { last in
      if let last, now - last < Self.pause { return false }
      last = now
      return true
    }
    guard isDue else { return }
    systemd.notify(
      "EXTEND_TIMEOUT_USEC=\(Self.patience.components.seconds * 1_000_000)",
      "STATUS=bringing the store up to date")
  }
}
