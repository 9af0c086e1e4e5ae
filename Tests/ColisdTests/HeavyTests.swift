import Foundation
import TestSupport
import Testing

/// Much work, one test after the other: each of these wants the whole machine.
@Suite(.serialized, .openSSH()) struct HeavyTests {
  /// A gigabyte in `make torture`; a fourth of it is some times more than the limit, too.
  @Test func aLargeFileIsDrainedInLessThan100MiB() async throws {
    let server = try OpenSSHServer.current
    let rows = Effort.isTorture ? 8_400_000 : 2_100_000
    let path = server.drop.file("big.csv")
    try await onThread { try TrackingRow.write(rows, stepsEach: 20, to: path) }
    let size = try #require(
      FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size > (Effort.isTorture ? 1_000_000_000 : 250_000_000))
    let workspace = try await Workspace(server)
    let peak = try await peakMemory(
      of: Program.path(), ["--drain", "--config", workspace.configuration])
    // What this build maps of its own and Swift's libraries is there before it does anything; the installed program
    // has less of it. With that it is 100 MiB.
    let mapped = try await peakMemory(of: Program.path(), ["--version"])
    #expect(peak - mapped < 74 << 20, "\(peak >> 20) MiB, \(mapped >> 20) of them mapped")
    let file = try await workspace.ledger()["big.csv"]
    #expect(file?.state == "ingested")
    #expect(file?.rows.integer == rows)
    #expect(file?.events_new.integer == rows)
    let status = try await workspace.json("status")
    #expect(status.events.integer == rows)
    let number = "990000000007"
    let parcel = try await workspace.json("parcel", number)
    #expect(parcel.events.elements.count == 20)
    let look = try await MeasuredRun(
      of: Program.path(), ["parcel", number, "--config", workspace.configuration])
    #expect(look.status == Exit.done, "\(look.standardError)")
    #expect(look.processorTime < .seconds(2), "a parcel is found at once: \(look.processorTime)")
  }

  /// Four gigabytes in `make torture`.
  @Test func oneGigabyteFlowsThroughLessThan64MiB() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.contracts["unknown-accounts"] = "skip" }
    // Rows that the gate lets fall, so that reading, hashing and gating are all there is to do.
    let row = TrackingRow(parcel: 1, step: 1, account: "X9", accountID: "XX999999").line
    let rows = (Effort.isTorture ? 4 << 30 : 1 << 30) / (row.utf8.count + 1)
    let script = """
      { echo '\(TrackingRow.header)'; yes '\(row)' | head -n \(rows); } \\
        | "$0" ingest - --config "$1" >/dev/null
      """
    let peak = try await peakMemory(
      of: "/bin/sh", ["-c", script, Program.path(), workspace.configuration])
    #expect(peak < 64 << 20, "\(peak >> 20) MiB")
    let file = try await workspace.ledger()["-"]
    #expect(file?.state == "ingested")
    #expect(file?.rows.integer == rows)
    #expect(file?.events_new.integer == 0 && file?.held.integer == 0)
  }

  private func peakMemory(of program: String, _ arguments: [String]) async throws -> Int {
    let run = try await MeasuredRun(of: program, arguments)
    #expect(run.status == Exit.done, "\(run.standardError)")
    return run.peakMemory
  }

  @Test func rowsOfOneParcelThatHaveOnlyADayTakeNoMoreMemoryThanOthers() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    let rows = 400_000
    let script = """
      { echo '\(TrackingRow.header)'
        awk 'BEGIN { for (i = 0; i < \(rows); i++)
          print "E1;EM180619;991122334455;C;LIV;x;01/08/2026;S" i ";75012;FR" }'
      } | "$0" ingest - --config "$1" >/dev/null
      """
    let peak = try await peakMemory(
      of: "/bin/sh", ["-c", script, Program.path(), workspace.configuration])
    // What this build maps of its own and Swift's libraries is there before it does anything; the installed program
    // has less of it. With that it is 100 MiB.
    let mapped = try await peakMemory(of: Program.path(), ["--version"])
    #expect(peak - mapped < 74 << 20, "\(peak >> 20) MiB, \(mapped >> 20) of them mapped")
    #expect(try await workspace.json("status").events.integer == rows)
  }

  @Test func killedAtAnyMomentEveryEventIsStoredOnce() async throws {
    let server = try OpenSSHServer.current
    var random = SeededGenerator(seed: 9)
    let files = 8
    let rowsPerFile = 8_000
    for file in 0..<files {
      let rows = (0..<rowsPerFile).map {
        TrackingRow(parcel: file * 2_000 + $0 % 2_000, step: $0 / 2_000)
      }
      try server.drop.write("file\(file).csv", rows.file())
    }
    let undisturbed = try await Workspace(server)
    let start = ContinuousClock.now
    try await undisturbed.drain()
    var duration = ContinuousClock.now - start
    let expected = try await undisturbed.content()
    #expect(expected.count == files * rowsPerFile)

    for moment in 0..<8 {
      var isKilled = false
      for _ in 0..<6 where !isKilled {
        let workspace = try await Workspace(server)
        // Twice in each store: the second run finds what the first one left.
        for _ in 0..<2 {
          let share = (Double(moment) + .random(in: 0..<1, using: &random)) / 8
          let wait = duration * share
          let drain = try workspace.start("--drain")
          try await onThread {
            usleep(UInt32(wait / .microseconds(1)))
            drain.process.kill()
          }
          if try await drain.end(SIGKILL) == Exit.killed { isKilled = true }
        }
        try await workspace.drain()
        let stored = try await workspace.content()
        #expect(
          stored == expected, "moment \(moment): \(stored.count) of \(expected.count) events")
        try await workspace.expectLedgerAddsUp(files: files, rows: rowsPerFile)
        let status = try await workspace.json("status")
        #expect(status.events.integer == expected.count)
        #expect(status.parcels.integer == files * 2_000)
        // By now a run takes less time than the first one did.
        if !isKilled { duration = duration * 0.6 }
      }
      #expect(isKilled, "no run was still at work in moment \(moment)")
    }
  }
}
