import CLibSSH2
import Glibc

/// A bell that any thread may ring to end another thread's `poll`.
///
/// It is level-triggered: once `fire()` was called it stays rung, so a wait that begins later ends
/// at once too. One is given to every wait of a connection, so that cancellation reaches a peer
/// that never answers.
public final class Interrupt: Sendable {
  let descriptor: Int32

  public init() {
    // An eventfd fails only when the process is out of descriptors. Then it stays -1, which poll
    // ignores: the socket that is needed next reports the lack with a proper error.
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  public func fire() {
    eventfd_write(descriptor, 1)
  }

  /// Makes it silent again; only for the one who waits on it.
  func reset() {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
  }
}
