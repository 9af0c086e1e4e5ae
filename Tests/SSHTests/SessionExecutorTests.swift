import Foundation
import SSH
import Synchronization
import TestSupport
import Testing

@Suite struct SessionExecutorTests {
  actor Resident {
    let executor: SessionExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
      executor.asUnownedSerialExecutor()
    }
    private(set) var count = 0

    init() throws { executor = try SessionExecutor() }

    func add() { count += 1 }

    /// Not by pthread_self(): the compiler takes that for the same everywhere, and asks for it before it
    /// changes to the actor's thread.
    func thread() -> UInt { UInt(bitPattern: ObjectIdentifier(Thread.current)) }

    func wait(on descriptor: Int32, for time: Duration) async -> Readiness {
      await executor.wait(for: Int16(POLLIN), on: descriptor, until: .now + time)
    }
  }

  @Test func allWorkRunsOnOneThread() async throws {
    let resident = try Resident()
    let threads = await withTaskGroup(of: UInt.self) { group in
      for _ in 0..<200 { group.addTask { await resident.thread() } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(threads.count == 1)
    resident.executor.release()
  }

  @Test func aWaitEndsWithDataWithTimeAndWhenWoken() async throws {
    let resident = try Resident()
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    #expect(await resident.wait(on: descriptor, for: .milliseconds(30)) == .timedOut)
    resident.executor.wake()
    #expect(await resident.wait(on: descriptor, for: .seconds(60)) == .woken)
    async let ready = resident.wait(on: descriptor, for: .seconds(60))
    try pipe.fileHandleForWriting.write(contentsOf: Data([1]))
    #expect(await ready == .ready)
    resident.executor.release()
  }

  @Test func workGoesOnWhileOneWaits() async throws {
    let resident = try Resident()
    let pipe = Pipe()
    async let waiting = resident.wait(
      on: pipe.fileHandleForReading.fileDescriptor, for: .seconds(60))
    for _ in 0..<100 { await resident.add() }
    #expect(await resident.count == 100)
    try pipe.fileHandleForWriting.write(contentsOf: Data([1]))
    #expect(await waiting == .ready)
    resident.executor.release()
  }

  @Test func anActorThatOutlivesItsThreadStillAnswers() async throws {
    let resident = try Resident()
    await resident.add()
    resident.executor.release()
    for _ in 0..<50 { await resident.add() }
    #expect(await resident.count == 51)
  }
}
