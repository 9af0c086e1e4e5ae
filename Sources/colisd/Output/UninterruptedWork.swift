import Glibc
import Synchronization

/// Runs work that must be done completely or not at all, although a signal asks to stop.
enum UninterruptedWork {
  /// The signal asked to stop.
  struct Stopped: Error {}

  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let pending = Atomic<Int32>(0)

  /// - Throws: when a signal has come.
  static func expectGoingOn() throws(Stopped) {
    if pending.load(ordering: .sequentiallyConsistent) != 0 { throw Stopped() }
  }

  /// Says that a child was ended by a signal: that of Ctrl-C goes to both, and ours may still be on its way.
  static func childWasEnded(by number: Int32) {
    guard signals.contains(number) else { return }
    pending.store(number, ordering: .sequentiallyConsistent)
  }

  /// Runs the body, which calls `expectGoingOn` where it can go back. When it has thrown
  /// and a signal has come, the process ends by that signal, as the shell expects.
  static func run<T>(_ body: () throws -> T) throws -> T {
    for number in signals {
      signal(number) { UninterruptedWork.pending.store($0, ordering: .sequentiallyConsistent) }
    }
    defer { for number in signals { signal(number, SIG_DFL) } }
    do {
      return try body()
    } catch {
      let number = pending.load(ordering: .sequentiallyConsistent)
      if number != 0 {
        signal(number, SIG_DFL)
        // Threads of the pool block all signals, and this is one of them.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_UNBLOCK, &all, nil)
        raise(number)
      }
      throw error
    }
  }
}
