import Foundation
import Synchronization
import TestSupport

/// The built program on a terminal of its own, at which the test sits. It is killed when the last
/// reference goes.
final class PseudoTerminal: Sendable {
  private struct State {
    var shown: [UInt8] = []
    /// Up to where the test has read.
    var read = 0
  }

  let process: RunningProcess
  /// The end at which people sit, and the end of the program. The latter stays open here, so that the
  /// terminal keeps its settings when the program has ended.
  private let (master, slave): (Int32, Int32)
  private let state = Mutex(State())

  init(_ arguments: [String], environment: [String: String] = [:], in workspace: Workspace) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, nil) == 0 else {
      throw TestSupportError("openpty: \(String(cString: strerror(errno)))")
    }
    for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    (self.master, self.slave) = (master, slave)
    // In a session of its own, or Ctrl-C would be no more than a character.
    process = try RunningProcess(
      "/usr/bin/setsid",
      ["--ctty", Program.path()] + arguments + ["--config", workspace.configuration],
      environment: Program.environment(environment), directory: workspace.folder.path,
      input: .descriptor(slave), output: .descriptor(slave), error: .descriptor(slave))
  }

  deinit {
    process.kill()
    close(master)
    close(slave)
  }

  /// All that the terminal has shown so far.
  var shown: String {
    state.withLock { state in
      readMore(&state)
      return String(decoding: state.shown, as: UTF8.self)
    }
  }

  private func readMore(_ state: inout State) {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = read(master, &buffer, buffer.count), count > 0 {
      state.shown += buffer.prefix(count)
    }
  }

  /// Waits until the terminal shows a text, after the text of the last wait.
  func waits(for text: String, within limit: Duration = .seconds(30)) async throws {
    func find() -> Bool {
      state.withLock { state in
        readMore(&state)
        let data = Data(state.shown)
        guard let range = data.range(of: Data(text.utf8), in: state.read..<data.count) else {
          return false
        }
        state.read = range.upperBound
        return true
      }
    }
    var isFound = false
    do {
      try await eventually(within: limit, "\"\(text)\"") {
        let hasEnded = process.hasEnded
        isFound = find()
        return isFound || hasEnded
      }
    } catch {
      throw TestSupportError("\(error); the terminal shows: \(shown)")
    }
    guard isFound else {
      throw TestSupportError("the program ended before \"\(text)\"; the terminal shows: \(shown)")
    }
  }

  func type(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard write(master, bytes, bytes.count) == bytes.count else {
      throw TestSupportError("cannot type: \(String(cString: strerror(errno)))")
    }
  }

  /// Waits for the question, then types the answer and Return.
  func answer(_ question: String, _ answer: String) async throws {
    try await waits(for: question)
    try type(answer + "\r")
  }

  static let controlC = "\u{3}"
  static let controlD = "\u{4}"

  /// Whether the terminal shows what is typed.
  var isEchoing: Bool {
    var settings = termios()
    return tcgetattr(slave, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  /// - Returns: the exit status.
  func end(within limit: Duration = .seconds(30)) async throws -> Int32 {
    do {
      // The terminal takes no more than a few kilobytes that nobody reads.
      try await eventually(within: limit, "the end") {
        state.withLock { readMore(&$0) }
        return process.hasEnded
      }
    } catch {
      throw TestSupportError("\(error); the terminal shows: \(shown)")
    }
    return await process.waitForExit()
  }
}
