import Dispatch
import Foundation
import Synchronization

/// Threads of the store's own that answer its questions, a bounded number of them.
///
/// A thread of the cooperative pool must not wait for a disk or for another answer: there are only
/// as many as processors, and if all of them wait, whatever they wait for can't go on. Threads
/// start when there is work for them, and stay until `end`.
package final class ReaderThreads: Sendable {
  package typealias Job = @Sendable () -> Void

  private struct State {
    /// In the order in which they came.
    var jobs: ArraySlice<Job> = []
    var threads = 0
    /// Threads without work.
    var idle = 0
    var isEnding = false
  }

  private let state = Mutex(State())
  /// Raised once per job, and once per thread at the end.
  private let work = DispatchSemaphore(value: 0)
  private let most: Int

  /// - Parameter most: how many jobs are done at once.
  package init(most: Int) { self.most = most }

  /// Runs a job on one of the threads. Jobs begin in the order in which they come.
  package func run(_ job: @escaping Job) {
    let isShort = state.withLock { state in
      state.jobs.append(job)
      guard state.jobs.count > state.idle, state.threads < most else { return false }
      state.threads += 1
      // It counts as idle until it takes its first job.
      state.idle += 1
      return true
    }
    if isShort { Thread.detachNewThread { self.serve() } }
    work.signal()
  }

  /// Ends the threads once the jobs that they were given are done.
  package func end() {
    let threads = state.withLock { state in
      state.isEnding = true
      return state.threads
    }
    for _ in 0..<threads { work.signal() }
  }

  private func serve() {
    while true {
      work.wait()
      let job = state.withLock { state -> Job? in
        guard let job = state.jobs.popFirst() else { return nil }
        state.idle -= 1
        return job
      }
      guard let job else { return }
      job()
      state.withLock { $0.idle += 1 }
    }
  }
}
