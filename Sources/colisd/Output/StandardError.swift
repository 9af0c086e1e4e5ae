import Glibc
import SSH
import Synchronization
import Views

/// Standard error: log lines, and sentences for people.
///
/// A slow reader must not stop the program. A line that does not fit into a full pipe waits here until a
/// thread has written it. So much may wait; further lines are dropped and counted.
enum StandardError {
  private struct State {
    /// What could not be written yet, in order.
    var waiting: [[UInt8]] = []
    var waitingBytes = 0
    /// How many lines were dropped.
    var lost = 0
    var isHandingOver = false
  }

  private static let state = Mutex(State())
  private static let mostWaiting = 256 << 10

  static func writeLine(_ text: String) { write(Array((wholeLines(text) + "\n").utf8)) }

  /// Writes bytes as they are, or keeps them for later.
  static func write(_ bytes: [UInt8]) {
    state.withLock { state in
      if !state.isHandingOver {
        let count = writeNow(bytes)
        if count == bytes.count { return }
        state.waiting = [Array(bytes[count...])]
        state.waitingBytes = bytes.count - count
        state.isHandingOver = DetachedThread.start(named: "log") { handOver() } == 0
        if state.isHandingOver { return }
        state.waiting = []
        state.lost += 1
      } else if state.waitingBytes + bytes.count > mostWaiting {
        state.lost += 1
      } else {
        state.waiting.append(bytes)
        state.waitingBytes += bytes.count
      }
    }
  }

  /// How many lines were dropped since the last call; 0 as long as lines wait.
  static func takeLost() -> Int {
    state.withLock { state in
      guard !state.isHandingOver else { return 0 }
      defer { state.lost = 0 }
      return state.lost
    }
  }

  /// Waits a moment until the kept lines have been taken, because the process is about to end.
  static func finish(within patience: Duration = .milliseconds(500)) {
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
      // A thread may be held within a write that never ends.
      guard state.withLockIfAvailable({ $0.isHandingOver }) != false else { return }
      usleep(5_000)
    }
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes what can be written without waiting.
  /// - Returns: how many bytes are done with; also those that can't be written at all.
  private static func writeNow(_ bytes: [UInt8]) -> Int {
    var offset = 0
    while offset < bytes.count {
      guard isReady(within: 0) else { return offset }
      guard let count = writeOnce(bytes, from: offset) else { return offset }
      offset += count
    }
    return offset
  }

  /// Waits until all that is kept has been taken.
  private static func handOver() {
    while let bytes = next() {
      var offset = 0
      while offset < bytes.count {
        _ = isReady(within: -1)
        offset += writeOnce(bytes, from: offset) ?? 0
      }
    }
  }

  private static func next() -> [UInt8]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isHandingOver = false
        return nil
      }
      let bytes = state.waiting.removeFirst()
      state.waitingBytes -= bytes.count
      return bytes
    }
  }

  /// - Parameter milliseconds: -1: for ever.
  private static func isReady(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&entry, 1, milliseconds) != 0
  }

  /// Writes no more than a pipe that is ready takes at once.
  /// - Returns: nil when it takes nothing now; all that is left when it never will.
  private static func writeOnce(_ bytes: [UInt8], from offset: Int) -> Int? {
    let length = min(bytes.count - offset, Int(PIPE_BUF))
    while true {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(STDERR_FILENO, buffer.baseAddress.map { $0 + offset }, length)
      }
      if count > 0 { return count }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return nil }
      return bytes.count - offset
    }
  }
}
