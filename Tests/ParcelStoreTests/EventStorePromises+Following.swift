import Carrier
import ParcelStore
import Testing

/// Whoever follows the journal hears of new entries at once, and never waits without an end.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func theLastSeqIsTheLastThatWasGiven(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.lastSeq() == 0)
    let report = try await store.commit([Row(), Row(site: "B")])
    #expect(try await store.lastSeq() == report.lastSeq && report.lastSeq == 2)
    // An entry of another kind has one, too.
    try await Self.erase(store)
    #expect(try await store.lastSeq() == 3)
    // What brings no entry changes nothing.
    _ = try await store.takeEndpoint("shop", after: 0, at: 0)
    try await store.commit([Row()], path: "b.csv")
    #expect(try await store.lastSeq() == 3)
    var done: Int64 = 0
    while let step = try await store.prune(before: Samples.now, after: done, limit: 256) {
      done = step.done
    }
    #expect(try await store.counts().events == 0)
    #expect(try await store.lastSeq() == 3)
  }

  @Test(arguments: StoreKind.allCases)
  func whoWaitsIsWokenByACommit(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    // It may be woken for nothing when it begins to listen.
    try await store.waitForEntries(after: 1)
    // Other tests take the processor, too. Whoever is not woken looks again after 250 ms, and not before.
    var woken = 0
    for round in 0..<100 where woken < 6 {
      let last = Int64(round + 1)
      let waiting = Task {
        let start = ContinuousClock.now
        try await store.waitForEntries(after: last)
        return start..<ContinuousClock.now
      }
      try await Task.sleep(for: .milliseconds(30))
      let committed = ContinuousClock.now
      try await store.commit([Row(site: "S\(round)")], path: "\(round).csv")
      let wait = try await waiting.value
      // Who came after the commit had nothing to wait for.
      let isWoken = wait.upperBound - wait.lowerBound < .milliseconds(240)
      if wait.lowerBound < committed, isWoken { woken += 1 }
    }
    #expect(woken == 6)
  }

  @Test(arguments: StoreKind.allCases)
  func whoIsBehindDoesNotWait(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(), Row(site: "B")])
    try await store.waitForEntries(after: 0)
    let start = ContinuousClock.now
    for _ in 0..<100 { try await store.waitForEntries(after: 1) }
    #expect(.now - start < .seconds(22), "each would take a quarter of a second")
  }

  @Test(.timeLimit(.minutes(2)), arguments: StoreKind.allCases)
  func aWaitForNothingEnds(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.waitForEntries(after: 0)
    let waiting = Task {
      for _ in 0..<100_000 { try await store.waitForEntries(after: 0) }
    }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  /// A command that writes beside the daemon does not ring its bell.
  @Test(.timeLimit(.minutes(2)), arguments: SharedStoreKind.allCases)
  func whatAnotherProcessWritesIsSeen(_ kind: SharedStoreKind) async throws {
    let shared = try await kind.make()
    let (daemon, command) = (try await shared.open(), try await shared.open(for: .maintaining))
    try await daemon.commit([Row()])
    async let following: Int64 = {
      while true {
        if let entry = try await daemon.journal(after: 1, limit: 9).first { return entry.seq }
        try await daemon.waitForEntries(after: 1)
      }
    }()
    try await Task.sleep(for: .milliseconds(50))
    let erasure = try await command.erase(Samples.parcel, of: Samples.shop, at: Samples.now)
    #expect(try await following == erasure.seq)
    withExtendedLifetime(shared) {}
  }
}
