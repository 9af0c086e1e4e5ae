@preconcurrency import Dispatch

/// Runs an actor on a queue of its own. Swift's pool has only as many threads as cores, so work that blocks on
/// a disk or a pipe must not run there.
package final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  package init(label: String) { queue = DispatchQueue(label: label) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
