import Synchronization

/// Counts listeners that are open, and calls once when all are.
final class Opened: Sendable {
  private let missing: Mutex<Int>
  private let onAll: @Sendable () -> Void

  init(of count: Int, _ onAll: @escaping @Sendable () -> Void) {
    missing = Mutex(count)
    self.onAll = onAll
  }

  func isOpen() {
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { onAll() }
  }
}
