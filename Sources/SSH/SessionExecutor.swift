import Glibc
import Synchronization

/// Runs an actor's work on one thread, and polls a descriptor between the pieces of work.
///
/// libssh2 allows a session one thread at a time. An actor that lives on this executor owns a
/// session without locks, and while it has nothing to do its thread sleeps in `poll` until the
/// socket is ready, so no byte takes a detour through another thread.
///
/// The thread starts with the executor and ends when `release()` was called and no work is left.
/// Work that comes later starts a thread for itself: an actor that outlives its connection still
/// answers.
public final class SessionExecutor: SerialExecutor {
  private struct Parked {
    let descriptor: Int32
    let events: Int16
    let deadline: ContinuousClock.Instant?
    let continuation: CheckedContinuation<Readiness, Never>
  }

  private struct State {
    var jobs: [UnownedJob] = []
    var parked: Parked?
    var isHeld = true
    var isRunning = false
    /// The thread sleeps, or is about to: whoever adds work has to ring.
    var isPolling = false
    var isWoken = false
    var thread: pthread_t?
  }

  private let state = Mutex(State())
  private let bell = Interrupt()

  /// There is no thread for it, because of this `errno`.
  public struct NoThread: Error { public let code: Int32 }

  public init() throws(NoThread) {
    state.withLock { $0.isRunning = true }
    let code = DetachedThread.start(named: Self.threadName) { self.run() }
    guard code == 0 else { throw NoThread(code: code) }
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let (ring, start) = state.withLock { state in
      state.jobs.append(job)
      let start = !state.isRunning
      state.isRunning = true
      return (state.isPolling, start)
    }
    if ring { bell.fire() }
    if start { startThread() }
  }

  /// Lets the thread end as soon as no work is left.
  public func release() {
    let ring = state.withLock { state in
      state.isHeld = false
      return state.isPolling
    }
    if ring { bell.fire() }
  }

  /// Waits until the descriptor is ready, the deadline passes or somebody calls `wake()`.
  ///
  /// Only for work on this executor, one wait at a time. Other work goes on meanwhile.
  public func wait(
    for events: Int16, on descriptor: Int32, until deadline: ContinuousClock.Instant?,
    isolation: isolated (any Actor)? = #isolation
  ) async -> Readiness {
    await withCheckedContinuation { continuation in
      let other = state.withLock { state -> Parked? in
        defer {
          state.parked = Parked(
            descriptor: descriptor, events: events, deadline: deadline,
            continuation: continuation)
        }
        return state.parked
      }
      other?.continuation.resume(returning: .woken)
    }
  }

  /// Ends the wait that is going on, or the next one at once. From any thread.
  public func wake() {
    let ring = state.withLock { state in
      state.isWoken = true
      return state.isPolling
    }
    if ring { bell.fire() }
  }

  public func checkIsolated() {
    precondition(isOnThread, "not on the session's thread")
  }

  public func isIsolatingCurrentContext() -> Bool? { isOnThread }

  private var isOnThread: Bool {
    state.withLock { state in state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
  }

  // MARK: The thread

  private static let threadName = "ssh-session"

  /// For work after the release, which is short and was promised to run: without a thread for it,
  /// whoever hands it over does it. Nothing waits any more, so that ends.
  private func startThread() {
    guard DetachedThread.start(named: Self.threadName, { self.run() }) != 0 else { return }
    run()
  }

  private func run() {
    state.withLock { $0.thread = pthread_self() }
    let executor = asUnownedSerialExecutor()
    while true {
      let jobs = state.withLock { state -> [UnownedJob] in
        state.isPolling = false
        return exchange(&state.jobs, with: [])
      }
      for job in jobs { job.runSynchronously(on: executor) }
      guard jobs.isEmpty else { continue }
      if isFinished() { return }
      if let (continuation, readiness) = pollOnce() {
        continuation.resume(returning: readiness)
      }
    }
  }

  private func isFinished() -> Bool {
    state.withLock { state in
      guard !state.isHeld, state.jobs.isEmpty, state.parked == nil else { return false }
      state.isRunning = false
      state.thread = nil
      return true
    }
  }

  /// Sleeps until there is work or the parked wait is over; gives what to resume, if anything.
  private func pollOnce() -> (CheckedContinuation<Readiness, Never>, Readiness)? {
    let parked = state.withLock { state -> (Parked?, isWoken: Bool)? in
      guard state.jobs.isEmpty else { return nil }
      if state.isWoken, let parked = state.parked {
        state.isWoken = false
        state.parked = nil
        return (parked, true)
      }
      state.isPolling = true
      return (state.parked, false)
    }
    guard let (wait, isWoken) = parked else { return nil }
    if isWoken { return wait.map { ($0.continuation, .woken) } }
    let readiness = waitFor(
      wait?.events ?? 0, on: wait?.descriptor ?? -1, until: wait?.deadline, interrupt: bell)
    bell.reset()
    guard readiness != .woken, let wait else { return nil }
    state.withLock { state in
      state.isPolling = false
      state.parked = nil
    }
    return (wait.continuation, readiness)
  }
}

private func exchange<T>(_ place: inout T, with value: T) -> T {
  defer { place = value }
  return place
}
