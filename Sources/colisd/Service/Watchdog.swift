import Carrier
import Synchronization

/// Passes signs of life on to systemd.
///
/// Only real progress touches it: a step of connecting that is done, answers and bytes that came, rows
/// that were stored, a poll that ended, the waiting between two polls. No timer does, so a daemon that
/// hangs is restarted. Each source gives signs of its own: the others' must not hide that one hangs.
final class Watchdog: Sendable {
  private struct State {
    var lastSent: ContinuousClock.Instant?
    /// When each source gave its last sign.
    var lastSigns: [ContinuousClock.Instant]
  }

  /// Nil where systemd does not watch: signs of life are noted all the same, for `/healthz`.
  private let systemd: Systemd?
  private let state: Mutex<State>
  /// How long each source may be silent while others work.
  private let longestSilences: [Duration]
  /// The longest time between two signs that is safely inside systemd's patience.
  let interval: Duration

  /// - Parameters:
  ///   - patience: how long systemd waits for a sign; nil: it does not.
  ///   - timeouts: how long each source waits for its server at most.
  init(systemd: Systemd?, patience: Duration?, timeouts: [Duration]) {
    self.systemd = patience == nil ? nil : systemd
    // As the unit has it.
    let patience = patience ?? .seconds(120)
    interval = patience / 4
    // Whoever waits for a server gives up after its timeout, which is a sign; one that is silent for longer
    // hangs.
    longestSilences = timeouts.map { max(patience / 2, $0 * 2) }
    state = Mutex(State(lastSigns: timeouts.map { _ in .now }))
  }

  /// - Parameter source: which source gives the sign, by its place in the configuration; nil: the work is
  ///   for all of them.
  func touch(_ source: Int?) {
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      for index in state.lastSigns.indices where source == nil || source == index {
        state.lastSigns[index] = now
      }
      if let sent = state.lastSent, now - sent < interval / 2 { return false }
      let isAnySilent = zip(state.lastSigns, longestSilences).contains { now - $0 >= $1 }
      if isAnySilent { return false }
      state.lastSent = now
      return true
    }
    if isDue { systemd?.notify("WATCHDOG=1") }
  }

  /// Whether systemd ends a process that is silent.
  var isWatched: Bool { systemd != nil }

  /// Sources that have given no sign for too long, one sentence each.
  var silences: [String] {
    let now = ContinuousClock.now
    return state.withLock { state in
      zip(state.lastSigns, longestSilences).enumerated().compactMap { index, pair in
        guard now - pair.0 >= pair.1 else { return nil }
        return
          "source \(index + 1) of the configuration has given no sign of life for \((now - pair.0).wholeSeconds) s"
      }
    }
  }
}
