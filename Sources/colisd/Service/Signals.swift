import Glibc
import SSH
import Synchronization

/// Receives signals on a thread of its own, and ends a stop that takes too long.
///
/// It needs no descriptor, so it works also where a process may open no more: a handler notes the
/// signal and posts a semaphore, for which the thread waits.
enum Signals {
  typealias Body = @Sendable (Int32) -> Void

  /// How long a stop may take before the process ends without waiting any longer.
  static let grace = Duration.milliseconds(4_500)

  private static let bodies = Mutex<[Int32: Body]>([:])
  private static let raised = Atomic<UInt64>(0)
  /// Of the process; the handler must find it without making anything.
  nonisolated(unsafe) private static let semaphore: UnsafeMutablePointer<sem_t> = {
    let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
    return semaphore
  }()
  private static let isListening: Bool =
    DetachedThread.start(named: "signals") { listen() } == 0

  /// Calls the body on a thread of its own after each of the signals, until `forget`.
  static func hear(_ numbers: [Int32], _ body: @escaping Body) {
    bodies.withLock { for number in numbers { $0[number] = body } }
    _ = (semaphore, raised.load(ordering: .relaxed))
    // Without a thread, signals keep their usual effect and end the process.
    guard isListening else { return }
    for number in numbers { signal(number, note) }
  }

  /// Gives the signals back their usual meaning.
  static func forget(_ numbers: [Int32]) {
    for number in numbers { signal(number, SIG_DFL) }
    bodies.withLock { for number in numbers { $0[number] = nil } }
  }

  /// Calls the body, which ends the process, if the process still runs after the grace: a commit on a disk
  /// that does not answer can't be cancelled, for example. To be called when a signal is received.
  static func endAfterGrace(_ body: @escaping @Sendable () -> Never) {
    let wait: @Sendable () -> Void = {
      let end = ContinuousClock.now + grace
      while ContinuousClock.now < end { usleep(50_000) }
      body()
    }
    // If there is no memory for another thread, the one that receives signals can wait itself.
    if DetachedThread.start(named: "stop", wait) != 0 { wait() }
  }

  /// Calls nothing but what POSIX allows in a handler.
  private static let note: @convention(c) (Int32) -> Void = { number in
    let code = errno
    raised.bitwiseOr(1 << UInt64(number), ordering: .sequentiallyConsistent)
    sem_post(semaphore)
    errno = code
  }

  private static func listen() {
    while true {
      while sem_wait(semaphore) != 0 {}
      let mask = raised.exchange(0, ordering: .sequentiallyConsistent)
      for number in Int32(1)..<64 where mask & (1 << UInt64(number)) != 0 {
        bodies.withLock { $0[number] }?(number)
      }
    }
  }
}

/// The name that operators know a signal by.
func signalName(_ number: Int32) -> String {
  switch number {
  case SIGTERM: "SIGTERM"
  case SIGINT: "SIGINT"
  case SIGHUP: "SIGHUP"
  default: "signal \(number)"
  }
}
