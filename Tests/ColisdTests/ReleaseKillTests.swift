import Foundation
import TestSupport
import Testing

/// The end of the process, or of the machine's power, while held rows come in.
@Suite(.serialized) struct ReleaseKillTests {
  /// A store in which so many rows are held, and a contract that allows them by now.
  private func held(_ rows: Int) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    var contract = ContractText()
    contract["home-fr", "password"] = nil
    try workspace.put(contract)
    let path = workspace.folder.file("held.csv")
    try await onThread { try Self.write(rows, to: path) }
    let ingest = try await workspace.run("ingest", "held.csv")
    try #require(ingest.status == Exit.done, "\(ingest.standardError)")
    try workspace.put(ContractText())
    try FileManager.default.removeItem(atPath: path)
    #expect(!workspace.folder.holds("colisd.db-wal"), "the store must be one file to be copied")
    try FileManager.default.moveItem(
      atPath: workspace.folder.file("colisd.db"), toPath: workspace.folder.file("base"))
    #expect(try await Self.restore(workspace).held.integer == rows)
    return workspace
  }

  private static let ends = ["", "-wal", "-shm", "-journal", ".lock"]

  /// Puts the store back to where all rows are held.
  @discardableResult
  private static func restore(_ workspace: Workspace) async throws -> JSONValue {
    for end in ends {
      try? FileManager.default.removeItem(atPath: workspace.folder.file("colisd.db\(end)"))
    }
    let (base, store) = (workspace.folder.file("base"), workspace.folder.file("colisd.db"))
    try await onThread { try FileManager.default.copyItem(atPath: base, toPath: store) }
    return try await workspace.json("status")
  }

  /// Different events, each parcel again and again.
  private static func write(_ rows: Int, to path: String) throws {
    guard let file = fopen(path, "w") else {
      throw TestSupportError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    fputs("\(TrackingRow.header)\n", file)
    let steps = 20
    for step in 0..<steps {
      // What repeats is made once for each step.
      let row = TrackingRow(parcel: 0, step: step, account: "C7", accountID: "EM990001")
      let ends = row.line.split(separator: row.parcel, maxSplits: 1)
      for parcel in 0..<rows / steps {
        let digits = String(10_000_000_000 + parcel).dropFirst()
        fputs("\(ends[0])99\(digits)\(ends[1])\n", file)
      }
    }
  }

  /// How many events there are, how many lines of the file they are from, and how many lines there are
  /// of which more than one is.
  private func lines(of workspace: Workspace) async throws -> [Int] {
    // A million lines of JSON are too many to be looked at one by one here.
    let script = """
      "$0" events --config "$1" | awk '
        { match($0, /"line":[0-9]+/); line = substr($0, RSTART + 7, RLENGTH - 7)
          if (seen[line]++) twice++; else lines++ }
        END { print NR, lines + 0, twice + 0 }'
      """
    let result = try await TestSupport.run(
      "/bin/sh", arguments: ["-c", script, Program.path(), workspace.configuration],
      environment: Program.environment(), timeout: .seconds(300))
    try #require(result.status == Exit.done, "\(result.standardError)")
    return result.standardOutput.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
  }

  private func expectAllIn(
    _ workspace: Workspace, _ rows: Int, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(
      try await workspace.heldRows().isEmpty, comment, sourceLocation: sourceLocation)
    try await workspace.expectLedgerAddsUp(
      files: 1, rows: rows, comment, sourceLocation: sourceLocation)
    let file = try await workspace.ledger().values.first
    #expect(file?.events_new.integer == rows, comment, sourceLocation: sourceLocation)
    #expect(file?.held == 0, comment, sourceLocation: sourceLocation)
    #expect(
      try await lines(of: workspace) == [rows, rows, 0], comment, sourceLocation: sourceLocation)
  }

  @Test func aMillionRowsComeInOnceHoweverOftenTheReleaseIsKilled() async throws {
    let rows = 1_000_000
    let workspace = try await held(rows)
    let start = ContinuousClock.now
    let whole = try await MeasuredRun(
      of: Program.path(), ["held", "release", "--config", workspace.configuration])
    let duration = ContinuousClock.now - start
    #expect(whole.status == Exit.done, "\(whole.standardError)")
    #expect(whole.peakMemory < 100 << 20, "\(whole.peakMemory >> 20) MiB")
    try await expectAllIn(workspace, rows, "undisturbed")

    var random = SeededGenerator(seed: 17)
    var (kills, stops) = (0, 0)
    for round in Effort(rounds: 2) {
      try await Self.restore(workspace)
      var left = rows
      for attempt in 0..<8 where left > 0 {
        let wait = duration * Double.random(in: 0..<0.4, using: &random)
        let release = try workspace.start("held", "release")
        try await onThread { _ = usleep(UInt32(wait / .microseconds(1))) }
        // Told to end, it ends before all rows are in.
        let signal = attempt.isMultiple(of: 3) ? SIGTERM : SIGKILL
        let time = try await release.timeToEnd(signal)
        #expect(time < .seconds(45))
        if release.process.status == 128 + signal {
          kills += 1
          if signal == SIGTERM { stops += 1 }
        }
        // At every moment a row is held, or it is an event.
        let status = try await workspace.json("status")
        let events = try #require(status.events.integer)
        left = try #require(status.held.integer)
        #expect(events + left == rows, "round \(round), attempt \(attempt)")
      }
      let last = try await workspace.run("held", "release")
      #expect(last.status == Exit.done, "\(last.standardError)")
      try await expectAllIn(workspace, rows, "round \(round)")
    }
    #expect(kills >= 4 && stops > 0, "only \(kills) runs were still at work, \(stops) stopped")
    Figures.note("release.millionMs", Int(duration / .milliseconds(1)))
    Figures.note("release.millionPeak", whole.peakMemory >> 20)
    Figures.note("release.millionKills", kills)
  }

  @Test(arguments: [Fault.kill, .power])
  func whicheverStepIsTheLastEveryRowComesInOnce(_ fault: Fault) async throws {
    // More than one run of rows, and more than one group.
    let rows = 12_000
    let workspace = try await held(rows)
    let steps = try await Faults.steps(of: workspace) { environment in
      let result = try await workspace.run("held", "release", environment: environment)
      #expect(result.status == Exit.done, "\(result.standardError)")
    }
    let content = try await workspace.content()
    #expect(content.count == rows)
    let named = steps.filter(\.isNamed)
    #expect(steps.count > 50 && named.count { $0.name == "sync" } >= 3, "\(named)")

    var random = SeededGenerator(seed: 18)
    var ended = 0
    let rounds = 24
    for round in Effort(rounds: rounds) {
      let pool = round.isMultiple(of: 2) ? named : steps
      let share = (Double(round % rounds) + .random(in: 0..<1, using: &random)) / Double(rounds)
      let step = pool[min(Int(share * Double(pool.count)), pool.count - 1)]
      try await Self.restore(workspace)
      let first = try await workspace.run(
        "held", "release",
        environment: try await Faults.environment(
          fault, at: step.number, seed: round + 1, in: workspace))
      if first.status == Exit.killed { ended += 1 }
      let second = try await workspace.run("held", "release")
      #expect(second.status == Exit.done, "\(fault) at \(step): \(second.standardError)")
      #expect(try await workspace.content() == content, "\(fault) at \(step)")
      #expect(try await workspace.heldRows().isEmpty, "\(fault) at \(step)")
      try await workspace.expectLedgerAddsUp(files: 1, rows: rows, "\(fault) at \(step)")
    }
    #expect(ended >= rounds * 8 / 10, "only \(ended) runs were still at work")
    Figures.note("release.\(fault)", ended)
  }
}
