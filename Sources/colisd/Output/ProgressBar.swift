import Glibc
import Ingest
import ParcelStore
import Synchronization

/// A line that shows the progress of long work; only where standard error is a terminal.
final class ProgressBar: Sendable {
  private struct State {
    var started = ContinuousClock.now
    var lastShown: ContinuousClock.Instant?
    /// How far the work has come at each source.
    var parts: [SourceID: IngestProgress] = [:]
  }

  private let state = Mutex(State())

  /// Whether a bar stands on the terminal's last line now.
  private static let isOnLine = Mutex(false)

  /// - Returns: nil when standard error is no terminal.
  init?(isTerminal: Bool = StandardError.isTerminal) {
    guard isTerminal else { return nil }
  }

  /// The same for other things that are counted.
  /// - Parameter noun: such as `events`.
  func show(_ done: Int, of all: Int, _ noun: String) {
    let now = ContinuousClock.now
    let elapsed = state.withLock { state -> Duration? in
      guard now - state.started >= .seconds(1) else { return nil }
      if let last = state.lastShown, now - last < .milliseconds(200) { return nil }
      state.lastShown = now
      return now - state.started
    }
    guard let elapsed else { return }
    let rate = Double(done) / max(elapsed / .seconds(1), 0.001)
    let parts =
      Self.bar(Double(done) / Double(max(1, all)))
      + ["\(done)/\(all) \(noun)", "\(Int(rate)) \(noun)/s"]
      + Self.timeLeft(Double(all - done), rate)
    let line = String(parts.joined(separator: "  ").prefix(max(20, Self.columns - 1)))
    Self.isOnLine.withLock { isOnLine in
      isOnLine = true
      Self.write("\r\u{1B}[K" + line)
    }
  }

  /// Draws, at most five times a second and not in the first second.
  func show(_ progress: IngestProgress, of source: SourceID) {
    let now = ContinuousClock.now
    let shown = state.withLock { state -> (elapsed: Duration, progress: IngestProgress)? in
      state.parts[source] = progress
      guard now - state.started >= .seconds(1) else { return nil }
      if let last = state.lastShown, now - last < .milliseconds(200) { return nil }
      state.lastShown = now
      return (now - state.started, state.parts.values.reduce(IngestProgress(), +))
    }
    guard let shown else { return }
    let line = Self.line(shown.progress, elapsed: shown.elapsed, columns: Self.columns)
    Self.isOnLine.withLock { isOnLine in
      isOnLine = true
      Self.write("\r\u{1B}[K" + line)
    }
  }

  /// Removes the bar, or the part of one source. Work that comes next begins at zero.
  func finish(_ source: SourceID = .local) {
    Self.clearLine()
    state.withLock { state in
      state.parts[source] = nil
      if state.parts.isEmpty { state = State() }
    }
  }

  /// Frees the line for something else to be written.
  static func clearLine() {
    isOnLine.withLock { isOnLine in
      guard isOnLine else { return }
      isOnLine = false
      write("\r\u{1B}[K")
    }
  }

  /// `[#########           ]  45 %  112/200 files  56.3/125.0 MB  48.1 MB/s  1 s left`, or the same of
  /// held rows that come in.
  static func line(_ progress: IngestProgress, elapsed: Duration, columns: Int) -> String {
    let seconds = max(elapsed / .seconds(1), 0.001)
    let parts =
      progress.parcels > 0
      ? parcels(progress, seconds)
      : progress.held > 0 ? rows(progress, seconds) : bytes(progress, seconds)
    return String(parts.joined(separator: "  ").prefix(max(20, columns - 1)))
  }

  private static func rows(_ progress: IngestProgress, _ seconds: Double) -> [String] {
    let (done, all) = (Double(progress.heldDone), Double(progress.held))
    let rate = done / seconds
    return bar(done / all) + [
      "\(progress.heldDone)/\(progress.held) held rows", "\(Int(rate)) rows/s",
    ]
      + timeLeft(all - done, rate)
  }

  private static func parcels(_ progress: IngestProgress, _ seconds: Double) -> [String] {
    let (done, all) = (Double(progress.parcelsDone), Double(progress.parcels))
    let rate = done / seconds
    return bar(done / all) + [
      "\(progress.parcelsDone)/\(progress.parcels) parcels", "\(Int(rate)) parcels/s",
    ] + timeLeft(all - done, rate)
  }

  private static func bytes(_ progress: IngestProgress, _ seconds: Double) -> [String] {
    func megabytes(_ bytes: Double) -> String {
      let tenths = Int((bytes / 100_000).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
    let done = Double(progress.bytesDone)
    let rate = done / seconds
    let files = "\(progress.filesDone)/\(progress.files) files"
    guard let all = progress.bytes.map(Double.init), all > 0 else {
      return [files, "\(megabytes(done)) MB", "\(megabytes(rate)) MB/s"]
    }
    return bar(done / all) + [
      files, "\(megabytes(done))/\(megabytes(all)) MB", "\(megabytes(rate)) MB/s",
    ] + timeLeft(all - done, rate)
  }

  private static func bar(_ share: Double) -> [String] {
    let share = min(1, share)
    let filled = Int(share * 20)
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: 20 - filled)
    return ["[\(bar)] \(Int(share * 100)) %"]
  }

  /// - Parameters:
  ///   - rest: what is still to be done, in the unit of `rate` times seconds.
  private static func timeLeft(_ rest: Double, _ rate: Double) -> [String] {
    guard rate > 0 else { return [] }
    // A server may claim any size.
    let left = Int(min((max(0, rest) / rate).rounded(.up), 1e9))
    return [left < 120 ? "\(left) s left" : "\(left / 60) min left"]
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      ? Int(size.ws_col) : 80
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
