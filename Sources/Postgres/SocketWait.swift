import CLibPQ
import Dispatch
import Glibc
import Synchronization

/// Waits for sockets. One thread waits for all of them, and wakes the tasks itself.
///
/// An answer takes some tenths of a millisecond, so each thread that has to be woken on the way counts: a source of
/// Dispatch wakes four, and is made anew for each answer.
final class SocketWait: Sendable {
  enum Wanted: Sendable { case reading, either }

  private static let shared = SocketWait()

  private struct State {
    /// Those who wait, by the number of their wait.
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var last: UInt64 = 0
  }

  private let state = Mutex(State())
  /// -1: the kernel gave none.
  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))

  private init() {
    guard epoll >= 0 else { return }
    // It never ends, so it has a thread of its own, in which Dispatch has blocked the signals.
    DispatchQueue(label: "postgres.sockets").async { [self] in
      while true { wake() }
    }
  }

  /// Returns when the socket is ready, has an error, or the task is cancelled: what it is, the next call on the
  /// connection says.
  static func until(_ wanted: Wanted, _ socket: Int32) async {
    let number = shared.state.withLock { state in
      state.last += 1
      return state.last
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        shared.state.withLock { $0.waiting[number] = continuation }
        shared.watch(socket, wanted, number)
        // The handler may have run before there was anybody to wake.
        if Task.isCancelled { shared.end(number) }
      }
    } onCancel: {
      shared.end(number)
    }
  }

  /// Wakes whoever has this number, once. A socket may tell of a wait that was cancelled, so a number that nobody has
  /// says nothing.
  private func end(_ number: UInt64) {
    state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
  }

  /// Has the socket told of once. It stays known until it is closed, so that nearly every wait is one call.
  private func watch(_ socket: Int32, _ wanted: Wanted, _ number: UInt64) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLONESHOT.rawValue
    if wanted == .either { event.events |= EPOLLOUT.rawValue }
    event.data.u64 = number
    if epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0 { return }
    if errno == ENOENT, epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 { return }
    // The kernel has no room, or the socket is closed. Whoever waits looks for itself now and then.
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(10)) { [self] in end(number)
    }
  }

  /// Waits for the next sockets that have something to tell.
  private func wake() {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
      let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), -1)
      for event in events.prefix(Int(max(0, count))) { end(event.data.u64) }
    }
  }
}
