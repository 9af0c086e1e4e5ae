import Glibc

/// A semaphore of POSIX, with which two threads take turns.
final class Handover: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    semaphore.initialize(to: sem_t())
    // It fails only for a value that is too large.
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func give() { sem_post(semaphore) }

  func take() { while sem_wait(semaphore) != 0 {} }
}
