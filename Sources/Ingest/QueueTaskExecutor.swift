@preconcurrency import Dispatch

/// Runs a task, and everything that it calls, outside of Swift's pool; see `QueueExecutor`. Several parts may
/// run at once.
package final class QueueTaskExecutor: TaskExecutor {
  private let queue: DispatchQueue

  package init(label: String) { queue = DispatchQueue(label: label, attributes: .concurrent) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
