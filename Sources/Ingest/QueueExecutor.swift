@preconcurrency import Dispatch

/// Runs an actor's work on a queue of its own, one piece after the other. What waits for a disk or a pipe
/// then keeps no other task from its thread: the pool of Swift's tasks has only as many threads as cores.
package final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  package init(label: String) { queue = DispatchQueue(label: label) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
