import Dispatch
import Synchronization

/// Waits for a socket without keeping a thread.
enum SocketWait {
  enum Wanted: Sendable { case reading, writing, either }

  private static let queue = DispatchQueue(label: "postgres.sockets")

  /// Returns when the socket is ready, has an error, or the task is cancelled: what it is, the next call on the
  /// connection says.
  static func until(_ wanted: Wanted, _ socket: Int32) async {
    let wait = OneWait(socket, wanted, queue)
    await withTaskCancellationHandler {
      await withCheckedContinuation { wait.begin($0) }
    } onCancel: {
      wait.end()
    }
  }
}

/// One wait: whichever source fires first ends both.
private final class OneWait: Sendable {
  // Dispatch's sources may be used from any thread, and don't say so.
  private struct State: @unchecked Sendable {
    var continuation: CheckedContinuation<Void, Never>?
    var sources: [any DispatchSourceProtocol] = []
    var hasEnded = false
    /// How many sources have not let go of the socket yet.
    var left = 0
  }

  private let state = Mutex(State())
  private let sources: @Sendable () -> [any DispatchSourceProtocol]

  init(_ socket: Int32, _ wanted: SocketWait.Wanted, _ queue: DispatchQueue) {
    sources = {
      var sources: [any DispatchSourceProtocol] = []
      if wanted != .writing {
        sources.append(DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue))
      }
      if wanted != .reading {
        sources.append(DispatchSource.makeWriteSource(fileDescriptor: socket, queue: queue))
      }
      return sources
    }
  }

  func begin(_ continuation: CheckedContinuation<Void, Never>) {
    let isOver = state.withLock { state in
      if state.hasEnded { return true }
      state.continuation = continuation
      return false
    }
    // No source of a socket that may be closed at once.
    if isOver { return continuation.resume() }
    let made = sources()
    // The socket may be closed as soon as the wait is over, so it ends when the last source has let go of it.
    state.withLock { $0.left = made.count }
    for source in made {
      source.setEventHandler { [self] in end() }
      source.setCancelHandler { [self] in
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
          state.left -= 1
          return state.left == 0 ? state.continuation : nil
        }
        continuation?.resume()
      }
    }
    let hasEnded = state.withLock { state in
      state.sources = made
      return state.hasEnded
    }
    for source in made { source.resume() }
    if hasEnded { for source in made { source.cancel() } }
  }

  func end() {
    let sources = state.withLock { state in
      state.hasEnded = true
      defer { state.sources = [] }
      return state.sources
    }
    for source in sources { source.cancel() }
  }
}
