import CLibSSH2
import Glibc
import Synchronization

/// A bell that any thread may ring to end another thread's `poll`.
///
/// It is level-triggered: once `fire()` was called it stays rung, so a wait that begins later ends
/// at once too. One is given to every wait of a connection, so that cancellation reaches a peer
/// that never answers.
public final class Interrupt: Sendable {
  /// -1 when the process was out of descriptors, which poll ignores. Then whoever waits looks at
  /// `isRung` now and then: the socket that is needed next reports the lack, and for that somebody
  /// has to be awake.
  let descriptor: Int32
  private let rung = Mutex(false)

  public init() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  var isRung: Bool { rung.withLock { $0 } }

  public func fire() {
    rung.withLock { $0 = true }
    eventfd_write(descriptor, 1)
  }

  /// Makes it silent again; only for the one who waits on it.
  func reset() {
    rung.withLock { $0 = false }
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
  }
}
