import Foundation
import ParcelStore
import SQLiteStore
import Synchronization
import TestSupport
import Testing

/// Turns between those who write to a store.
@Suite struct WriteTurnTests {
  private static func turn(_ file: StoreFile, patience: Int = 30) throws -> WriteTurn {
    WriteTurn(try LockFile.open(ofStore: file.path), patience: patience)
  }

  @Test func whoWantsTheTurnAgainComesAfterTheOneWhoWaits() async throws {
    let file = try StoreFile()
    let busy = try Self.turn(file)
    let patient = try Self.turn(file)
    try await onThread {
      for round in 0..<200 {
        let served = Mutex(0)
        let ended = DispatchSemaphore(value: 0)
        try busy.during("hold") {
          Thread.detachNewThread {
            try? patient.during("wait") { served.withLock { $0 += 1 } }
            ended.signal()
          }
          while !patient.isWaiting { usleep(100) }
        }
        try busy.during("come again at once") {
          #expect(served.withLock { $0 } == 1, "round \(round)")
        }
        ended.wait()
      }
    }
  }

  @Test func theErrorNamesTheProcessThatTakesTooLong() async throws {
    let file = try StoreFile()
    let (holder, hasty) = (try Self.turn(file), try Self.turn(file, patience: 1))
    try await onThread {
      try holder.during("hold") {
        let error = #expect(throws: StoreError.self) { try hasty.during("commit 5 rows") {} }
        #expect(error?.kind == .failed && error?.operation == "commit 5 rows")
        #expect(error?.reason.contains("process \(getpid()) ") == true, "\(error as Any)")
        #expect(error?.advice.contains("ps -fp \(getpid())") == true)
      }
      // A turn that came after its transaction gave up keeps nobody out.
      while hasty.isWaiting { usleep(1_000) }
      for _ in 0..<3 {
        try holder.during("hold again") {}
        try hasty.during("try again") {}
      }
    }
  }

  @Test func aWaitThatIsTakenUpAgainKeepsItsPlace() async throws {
    let file = try StoreFile()
    let (holder, hasty) = (try Self.turn(file), try Self.turn(file, patience: 3))
    try await onThread {
      let isOver = DispatchSemaphore(value: 0)
      let served = Mutex(false)
      try holder.during("hold") {
        _ = try? hasty.during("first try") {}
        Thread.detachNewThread {
          // On a busy machine the second try may be over, too, before anybody has seen it.
          while !served.withLock({ $0 }) {
            try? hasty.during("next try") { served.withLock { $0 = true } }
          }
          isOver.signal()
        }
        while !hasty.isWanted { usleep(1_000) }
      }
      try holder.during("come again") { #expect(served.withLock { $0 }) }
      isOver.wait()
    }
  }

  @Test(arguments: [SIGKILL, SIGTERM])
  func theTurnOfAProcessThatDiedIsFree(_ signal: Int32) async throws {
    let file = try StoreFile()
    let turn = try Self.turn(file, patience: 20)
    // Locks as RangeLock does: at one span, as many bytes as the process id says.
    let script = """
      import fcntl, os, struct, sys, time
      file = os.open(sys.argv[1], os.O_RDWR)
      fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 1 << 23, 1 + os.getpid(), 0))
      open(sys.argv[2], "w").close()
      time.sleep(600)
      """
    let sign = file.folder.file("locked")
    let other = try RunningProcess(
      "/usr/bin/python3", ["-c", script, LockFile.path(ofStore: file.path), sign])
    try await eventually("the other process has the turn") {
      FileManager.default.fileExists(atPath: sign)
    }
    #expect(turn.holder == other.identifier)
    let waiting = Task { try await onThread { try turn.during("wait") {} } }
    try await eventually("somebody waits") { turn.isWaiting }
    other.signal(signal)
    try await waiting.value
    await other.waitForExit()
  }

  @Test func aCommandIsServedBetweenAnyTwoCommitsOfADrain() async throws {
    let file = try StoreFile()
    let (drain, command) = (try file.open(for: .polling), try file.open(for: .maintaining))
    let isOver = Mutex(false)
    async let commits: Int = {
      var commits = 0
      let end = ContinuousClock.now + .seconds(2)
      while .now < end {
        try await drain.commit(
          (0..<200).map { Row(parcel: "99\(1_000_000_000 + commits * 200 + $0)") },
          path: "\(commits).csv")
        commits += 1
      }
      isOver.withLock { $0 = true }
      return commits
    }()
    var notes = 0
    var longest = Duration.zero
    while !isOver.withLock({ $0 }) {
      let start = ContinuousClock.now
      try await command.setNotes(["note": "\(notes)"])
      longest = max(longest, .now - start)
      notes += 1
    }
    let drained = try await commits
    // The command always asks, so it comes after nearly every commit; the drain also has rows to make.
    #expect(notes * 3 >= drained && drained * 100 >= notes, "\(notes) notes, \(drained) commits")
    // Whoever waits for longer than a minute gives up.
    #expect(longest < .seconds(50), "\(longest)")
    #expect(try await drain.counts().events == drained * 200)
    Figures.note("turn.longestWaitMs", Int(longest / .milliseconds(1)))
  }
}
