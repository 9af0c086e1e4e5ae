import Foundation
import Synchronization

/// A child process whose end can be awaited, from any thread.
///
/// Not Foundation's `Process`: that takes a child that closes its inherited descriptors, as sshd
/// does, for one that has ended, and then waits for it in the one thread that serves all others.
public final class RunningProcess: Sendable {
  /// Where a stream of the child goes.
  public enum Stream: Sendable {
    case null
    case file(String)
    /// A descriptor of ours, which stays open here.
    case descriptor(Int32)
  }

  private struct State {
    var status: Int32?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  public let identifier: pid_t
  private let state = Mutex(State())

  /// - Parameter environment: replaces the whole environment where given.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    directory: String? = nil, input: Stream = .null, output: Stream = .null, error: Stream = .null
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    Self.add(&actions, input, to: 0, flags: O_RDONLY)
    Self.add(&actions, output, to: 1, flags: O_WRONLY | O_CREAT | O_APPEND)
    Self.add(&actions, error, to: 2, flags: O_WRONLY | O_CREAT | O_APPEND)
    // What other tests have open is not for this child: a file that it keeps open for writing is not
    // closed by its test either. Foundation's handles are inherited.
    for descriptor in 3..<Self.mostDescriptors {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    // The threads of a test may block signals or ignore them; a program is not to inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }
    // Swift sees no file action that changes the directory; env(1) can.
    let command = directory.map { ["/usr/bin/env", "-C", $0, executable] } ?? [executable]
    var pid = pid_t()
    let code = withCStrings(command + arguments) { arguments in
      withCStrings(variables) { variables in
        posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else {
      throw TestSupportError("cannot run \(executable): \(String(cString: strerror(code)))")
    }
    identifier = pid
    Thread.detachNewThread { self.reap() }
  }

  /// More than the tests ever have open at a time. Closing one that is not open is no error.
  private static let mostDescriptors: Int32 = 1_024

  private static func add(
    _ actions: inout posix_spawn_file_actions_t, _ stream: Stream, to target: Int32, flags: Int32
  ) {
    switch stream {
    case .null: posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
    case .file(let path): posix_spawn_file_actions_addopen(&actions, target, path, flags, 0o600)
    case .descriptor(let source): posix_spawn_file_actions_adddup2(&actions, source, target)
    }
  }

  private func reap() {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    let waiters = state.withLock { state in
      state.status = signal == 0 ? (status >> 8) & 0xff : 128 + signal
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// The exit status, 128 + n when signal n ended it; nil while it runs.
  public var status: Int32? { state.withLock { $0.status } }

  public var hasEnded: Bool { status != nil }

  /// Does nothing once it has ended.
  public func signal(_ number: Int32) {
    state.withLock { state in
      if state.status == nil { _ = Foundation.kill(identifier, number) }
    }
  }

  public func kill() { signal(SIGKILL) }

  /// - Returns: the exit status.
  @discardableResult
  public func waitForExit() async -> Int32 {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if state.status == nil { state.waiters.append(continuation) }
        return state.status != nil
      }
      if hasEnded { continuation.resume() }
    }
    return status ?? -1
  }
}

private func withCStrings<R>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
) -> R {
  let pointers = strings.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers + [nil])
}
