import Glibc

/// Why a wait has ended.
public enum Readiness: Sendable, Equatable {
  /// The descriptor is ready, or has an error that the next call on it will tell.
  case ready
  case timedOut
  /// By an interrupt or by `SessionExecutor.wake()`.
  case woken
}

/// Polls one descriptor and an interrupt until either is ready or the deadline passes.
func waitFor(
  _ events: Int16, on descriptor: Int32, until deadline: ContinuousClock.Instant?,
  interrupt: Interrupt
) -> Readiness {
  while true {
    var set = (
      pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: events, revents: 0)
    )
    var timeout = pollTimeout(until: deadline)
    if interrupt.descriptor < 0 { timeout = timeout < 0 ? 20 : min(timeout, 20) }
    let count = withUnsafeMutableBytes(of: &set) {
      poll($0.bindMemory(to: pollfd.self).baseAddress, 2, timeout)
    }
    if set.0.revents != 0 || interrupt.descriptor < 0 && interrupt.isRung { return .woken }
    if set.1.revents != 0 { return .ready }
    if count == 0, let deadline, deadline <= .now { return .timedOut }
  }
}

/// The milliseconds that are left, rounded up so that a wait does not end just before its deadline.
func pollTimeout(until deadline: ContinuousClock.Instant?) -> Int32 {
  guard let deadline else { return -1 }
  let left = ContinuousClock.now.duration(to: deadline)
  guard left > .zero else { return 0 }
  let (seconds, attoseconds) = left.components
  guard seconds < 86_400 else { return 86_400_000 }
  return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
}

/// The system's words for an `errno`.
package func systemMessage(_ code: Int32) -> String {
  // Thread-safe since glibc 2.32.
  String(cString: strerror(code))
}
