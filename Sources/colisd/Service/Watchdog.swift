import Synchronization

/// Passes signs of life on to systemd.
///
/// Only real progress touches it: a step of connecting that is done, answers and bytes that came, rows
/// that were stored, a poll that ended, the waiting between two polls. No timer does, so a daemon that hangs is restarted.
final class Watchdog: Sendable {
  private let systemd: Systemd
  private let lastSent: Mutex<ContinuousClock.Instant?> = Mutex(nil)
  /// The longest time between two signs that is safely inside systemd's patience.
  let interval: Duration

  /// - Returns: nil when systemd does not watch.
  init?(systemd: Systemd?, patience: Duration?) {
    guard let systemd, let patience else { return nil }
    self.systemd = systemd
    interval = patience / 4
  }

  func touch() {
    let now = ContinuousClock.now
    let isDue = lastSent.withLock { last in
      if let sent = last, now - sent < interval / 2 { return false }
      last = now
      return true
    }
    if isDue { systemd.notify("WATCHDOG=1") }
  }
}
