import Dispatch
import GRDB
import ParcelStore
import SQLiteStore
import Synchronization
import Testing

/// Questions are answered on threads of the store's own.
@Suite(.timeLimit(.minutes(2))) struct ReaderThreadsTests {
  /// How many jobs have begun, run now, and ran at once at most.
  private struct Running {
    var begun = 0
    var now = 0
    var most = 0
  }

  /// Shared by jobs.
  private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
      value.withLock { value in body(&value) }
    }
  }

  @Test func asManyJobsRunAtOnceAsAreAllowedAndAllAreDone() async {
    let threads = ReaderThreads(most: 3)
    let running = Shared(Running())
    let meeting = DispatchSemaphore(value: 0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<60 {
        group.addTask {
          await withCheckedContinuation { continuation in
            threads.run {
              let place = running.withLock { running in
                running.begun += 1
                running.now += 1
                running.most = max(running.most, running.now)
                return running.begun
              }
              // The first three wait for one another, so they must run at once.
              if place == 3 { for _ in 0..<3 { meeting.signal() } }
              if place <= 3 { meeting.wait() }
              running.withLock { $0.now -= 1 }
              continuation.resume()
            }
          }
        }
      }
    }
    threads.end()
    #expect(running.withLock { $0.most } == 3)
    #expect(running.withLock { $0.begun } == 60)
  }

  @Test func jobsOfOneThreadAreDoneInTheOrderInWhichTheyCame() async {
    let threads = ReaderThreads(most: 1)
    let done = Shared<[Int]>([])
    await withCheckedContinuation { continuation in
      for number in 0..<500 { threads.run { done.withLock { $0.append(number) } } }
      threads.run { continuation.resume() }
    }
    threads.end()
    #expect(done.withLock { $0 } == Array(0..<500))
  }

  @Test func whatWasGivenBeforeTheEndIsDone() async {
    let threads = ReaderThreads(most: 2)
    let done = Shared(0)
    await withCheckedContinuation { continuation in
      for _ in 0..<100 { threads.run { done.withLock { $0 += 1 } } }
      threads.run { continuation.resume() }
      threads.end()
    }
    while done.withLock({ $0 }) < 100 { await Task.yield() }
  }

  @Test func questionsThatWaitLeaveTheCooperativePoolFree() async throws {
    let store = try SQLiteEventStore.temporary()
    try await store.commit([Row()])
    let gate = DispatchSemaphore(value: 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      // More than the threads of the pool and of the store together: so many look-ups wait until
      // questions are answered that can't be answered yet.
      for _ in 0..<SQLiteEventStore.mostReaders {
        group.addTask { try await store.read("wait") { _ in gate.wait() } }
      }
      for _ in 0..<64 {
        group.addTask {
          let timelines = try await store.timelines(of: Samples.parcel, accountID: nil)
          #expect(timelines.count == 1)
        }
      }
      // This task needs a thread of the pool to let them go on.
      group.addTask {
        for _ in 0..<100 { await Task.yield() }
        for _ in 0..<SQLiteEventStore.mostReaders { gate.signal() }
      }
      try await group.waitForAll()
    }
  }

  @Test func aQuestionSeesWhatACommitWroteThatHasReturned() async throws {
    let store = try SQLiteEventStore.temporary()
    for number in 1...50 {
      try await store.commit([Row(code: "c\(number)")], path: "\(number).csv")
      let timelines = try await store.timelines(of: Samples.parcel, accountID: nil)
      #expect(timelines.first?.events.count == number)
      #expect(try await store.counts().events == number)
    }
  }
}
