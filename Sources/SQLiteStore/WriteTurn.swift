import Dispatch
import Glibc
import ParcelStore
import Synchronization

/// Whose turn it is to write to a store: every transaction that writes takes a turn and gives it back.
///
/// SQLite lets one connection write at a time, but whoever waits for that tries again now and then,
/// so a daemon that commits without a pause can keep a command out for ever. A turn is taken
/// through two locks: `next` is held while waiting for `current`. A process that gives the turn
/// back and wants it again finds `next` taken by the one that waits, and comes after it.
///
/// One transaction at a time may ask for the turn, on a thread that may block: the queue of the pool's
/// writer is both.
package final class WriteTurn: Sendable {
  private enum State {
    case free
    /// Somebody waits in the kernel; `isWanted`: the transaction still waits for it.
    case waiting(isWanted: Bool)
    case taken
    case failed(Int32)
  }

  let file: LockFile
  private let current: RangeLock
  private let next: RangeLock
  /// The longest wait for the others: seconds.
  private let patience: Int
  private let state = Mutex(State.free)
  private let change = DispatchSemaphore(value: 0)
  /// Has a thread that may block as long as it takes, because a lock's wait in the kernel has no deadline.
  private let queue = DispatchQueue(label: "colisd.turn")

  /// Longer than any single transaction takes, and shorter than a unit's watchdog waits.
  package static let usualPatience = 60

  package init(_ file: LockFile, patience: Int = usualPatience) {
    self.file = file
    self.patience = patience
    // Beyond what the file has in it.
    current = RangeLock(descriptor: file.descriptor, start: RangeLock.span)
    next = RangeLock(descriptor: file.descriptor, start: 2 * RangeLock.span)
  }

  /// Runs a body in a turn of its own; blocks the thread until the turn comes.
  /// - Parameter operation: what is to be done, for messages.
  package func during<T>(_ operation: String, _ body: () throws -> T) throws -> T {
    try take(operation)
    defer { giveBack() }
    return try body()
  }

  /// Whether a transaction waits for its turn, or has given up waiting while the kernel still
  /// waits.
  package var isWaiting: Bool {
    state.withLock { if case .waiting = $0 { true } else { false } }
  }

  /// Whether a transaction waits for its turn now.
  package var isWanted: Bool {
    state.withLock { if case .waiting(isWanted: true) = $0 { true } else { false } }
  }

  /// The other process, or other store of this one, whose turn it is now.
  package var holder: pid_t? { current.holder }

  private func take(_ operation: String) throws(StoreError) {
    let isPending = state.withLock { state in
      guard case .waiting = state else { return false }
      // An earlier transaction gave up waiting, but its place is kept.
      state = .waiting(isWanted: true)
      return true
    }
    if !isPending {
      let code = next.tryToTake()
      guard code == 0 || code == EAGAIN || code == EACCES else {
        throw RangeLock.refused(code, in: file)
      }
      let isNext = code == 0
      if isNext, current.tryToTake() == 0 {
        next.giveBack()
        state.withLock { $0 = .taken }
        return
      }
      state.withLock { $0 = .waiting(isWanted: true) }
      queue.async { self.wait(isNext: isNext) }
    }
    let isInTime = change.wait(timeout: .now() + .seconds(patience)) == .success
    let code: Int32? = state.withLock { state in
      switch state {
      case .taken: return 0
      case .failed(let code):
        state = .free
        return code
      case .free, .waiting:
        state = .waiting(isWanted: false)
        return nil
      }
    }
    guard let code else { throw waitedTooLong(operation) }
    // The turn came at the last moment: its signal is not waited for yet.
    if !isInTime { change.wait() }
    if code != 0 { throw RangeLock.refused(code, in: file) }
  }

  private func giveBack() {
    state.withLock { state in
      current.giveBack()
      state = .free
    }
  }

  /// Waits in the kernel, which serves those who wait in the order in which they came.
  private func wait(isNext: Bool) {
    var code = isNext ? 0 : next.take()
    if code == 0 {
      code = current.take()
      next.giveBack()
    }
    state.withLock { state in
      switch state {
      case .waiting(isWanted: true):
        state = code == 0 ? .taken : .failed(code)
        change.signal()
      case .waiting(isWanted: false), .free, .taken, .failed:
        if code == 0 { current.giveBack() }
        state = .free
      }
    }
  }

  private func waitedTooLong(_ operation: String) -> StoreError {
    let holder = current.holder.map { "process \($0)" } ?? "another process"
    return StoreError(
      .failed, operation: operation, store: file.store,
      reason: "\(holder) has been writing to it for more than \(patience) s",
      advice:
        "see what it does (ps -fp \(current.holder.map { "\($0)" } ?? "PID")); a stopped one goes on "
        + "with kill -CONT, and nothing is lost when it is ended")
  }
}
