import CLibSSH2
import Glibc

/// Starts a thread that ends when its body returns.
package enum DetachedThread {
  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// In the new thread all signals are blocked except those of a crash. The others are for the thread that the
  /// program has chosen to handle them.
  ///
  /// - Parameter name: at most 15 bytes, as `ps -L` shows it.
  /// - Returns: 0, or the `errno` if the thread could not be started.
  package static func start(named name: String, _ run: @escaping @Sendable () -> Void) -> Int32 {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // A new thread inherits the mask, so no signal can slip in before its first line.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    for number in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { sigdelset(&all, number) }
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let body = Unmanaged.passRetained(Body(name: name, run: run))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { context in
        // pthread_create hands back what it was given below, which is never nil.
        guard let context else { return nil }
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        colisd_name_thread(body.name)
        body.run()
        return nil
      }, body.toOpaque())
    if code != 0 { body.release() }
    return code
  }
}
