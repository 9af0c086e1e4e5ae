import Foundation
import TestSupport
import Testing

/// A daemon that works, and commands that write beside it.
@Suite(.serialized) struct WritersBesideADaemonTests {
  @Test(.openSSH()) func commandsAreServedWhileADaemonDrainsABacklog() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let drop = server.drop
    var longest = Duration.zero
    var (files, served) = (0, 0)
    // Where this test is stopped for seconds, a daemon may be done before the first command comes.
    for _ in 0..<5 where served == 0 {
      let backlog = files..<files + 40
      files = backlog.upperBound
      try await onThread {
        for file in backlog {
          try drop.write("\(file).csv", TrackingRow.samples(4_000, from: file * 4_000).file())
        }
      }
      let daemon = try workspace.start("run")
      try await daemon.waits(for: "file.ingested")
      while daemon.lines("poll.finished").isEmpty {
        let start = ContinuousClock.now
        try await workspace.ingest(
          TrackingRow.samples(5, from: 1_000_000 + served * 5), as: "own\(served).csv")
        longest = max(longest, .now - start)
        served += 1
      }
      #expect(try await daemon.end() == Exit.done)
    }
    #expect(served > 0)
    // One that waited for the end of the backlog would take much longer, also on a slow machine.
    #expect(longest < .seconds(20), "\(longest)")
    #expect(try await workspace.content().count == files * 4_000 + served * 5)
    try await workspace.expectLedgerAddsUp(files: files + served)
    Figures.note("writers.served", served)
    Figures.note("writers.longestMs", Int(longest / .milliseconds(1)))
  }

  @Test func twoThatIngestOneFileAtOnceCountItOnce() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    let rows = 60_000
    for round in 0..<3 {
      let file = "\(round).csv"
      try workspace.folder.write(file, TrackingRow.samples(rows, from: round * rows).file())
      async let first = workspace.run("ingest", file)
      async let second = workspace.run("ingest", file)
      let results = [try await first, try await second]
      #expect(results.contains { $0.status == Exit.done }, "\(results.map(\.standardError))")
      for result in results where result.status != Exit.done {
        #expect(result.status == Exit.incomplete, "\(result.standardError)")
        #expect(result.standardError.contains("reads it at the same time"))
      }
    }
    #expect(try await workspace.content().count == 3 * rows)
    try await workspace.expectLedgerAddsUp(files: 3, rows: rows)
  }

  @Test(.openSSH()) func whoeverIsKilledWhereverEveryRowCountsOnce() async throws {
    let server = try OpenSSHServer.current
    let turmoil = Turmoil(server, try await Workspace(server))
    for round in Effort(rounds: 1) {
      try await turmoil.rage(for: .seconds(12), seed: UInt64(round))
      try await turmoil.expectAllCounted("round \(round)")
    }
    let state = turmoil.figures
    #expect(state.works.count == 5, "\(state.works.keys)")
    for (work, figures) in state.works {
      #expect(figures.completed > 0, "\(work) was never served")
      #expect(figures.longest < .seconds(30), "\(work) took \(figures.longest)")
      Figures.note("turmoil.\(work)", figures.completed)
    }
    #expect(state.kills > 5)
    Figures.note("turmoil.kills", state.kills)
    Figures.note("turmoil.events", state.events)
  }
}
