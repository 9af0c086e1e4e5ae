import Operators
import Synchronization
import Testing

/// So many answers are looked for at once, so many wait, and further ones are turned away.
@Suite struct ReadTurnsTests {
  /// Those who wait here go on when it is opened.
  private final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, entered: Int)>((false, 0))

    var entered: Int { state.withLock { $0.entered } }
    func open() { state.withLock { $0.isOpen = true } }

    func pass() async throws {
      state.withLock { $0.entered += 1 }
      while !state.withLock({ $0.isOpen }) { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  @Test func oneMoreThanMayWaitIsTurnedAway() async throws {
    let turns = ReadTurns(reads: 2, waiting: 3)
    let gate = Gate()
    try await withThrowingTaskGroup(of: Int?.self) { group in
      for _ in 0..<6 {
        group.addTask {
          do {
            try await turns.run { try await gate.pass() }
            return nil
          } catch let problem as Problem {
            return problem.status
          }
        }
      }
      // Only one of them ends before the gate is open.
      #expect(try await group.next() == .some(503))
      while gate.entered < 2 { try await Task.sleep(for: .milliseconds(1)) }
      #expect(gate.entered == 2)
      gate.open()
      for try await status in group { #expect(status == nil) }
    }
    #expect(gate.entered == 5)
    // Afterwards there is room again.
    try await turns.run {}
  }

  @Test func whoIsCancelledGivesItsPlaceBack() async throws {
    let turns = ReadTurns(reads: 1, waiting: 1)
    let gate = Gate()
    let first = Task { try await turns.run { try await gate.pass() } }
    while gate.entered < 1 { try await Task.sleep(for: .milliseconds(1)) }
    let second = Task { try await turns.run {} }
    second.cancel()
    await #expect(throws: (any Error).self) { try await second.value }
    // Its place in the queue is free: this one waits, and comes in.
    let third = Task { try await turns.run {} }
    try await Task.sleep(for: .milliseconds(20))
    gate.open()
    try await first.value
    try await third.value
  }
}
