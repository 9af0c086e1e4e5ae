import Foundation
import TestSupport
import Testing

/// A machine that has no more to give, or gives no answer: an error and an end, never a hang.
@Suite(.openSSH()) struct ScarcityTests {
  /// A shell that sets a limit and then becomes the program.
  private func limited(_ limit: String, _ workspace: Workspace, _ words: String...) throws
    -> [String]
  {
    [
      "-c", "ulimit \(limit); exec \"$0\" \"$@\"", try Program.path(),
    ] + words + ["--config", workspace.configuration]
  }

  @Test(arguments: [10, 12, 13, 14, 16, 18])
  func withFewDescriptorsADrainComesToItsEnd(_ count: Int) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await Workspace(server)
    let result = try await TestSupport.run(
      "/bin/bash", arguments: limited("-n \(count)", workspace, "--drain"),
      environment: Program.environment(), directory: workspace.folder.path, timeout: .seconds(30))
    #expect(
      [Exit.done, Exit.unreachable, Exit.localIO, Exit.refused, Exit.configuration]
        .contains(result.status), "\(result)")
    if result.status != Exit.done {
      #expect(result.lines("drain.failed").count == 1, "\(result.standardError)")
    }
    // With as many as it needs all of it comes in.
    try await workspace.drain()
    #expect(try await workspace.events().count == 5)
  }

  @Test(arguments: [12, 13, 14, 18])
  func withFewDescriptorsADaemonStopsWhenItIsTold(_ count: Int) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let log = workspace.folder.file("log")
    let process = try RunningProcess(
      "/bin/bash", limited("-n \(count)", workspace, "run"), environment: Program.environment(),
      directory: workspace.folder.path, error: .file(log))
    defer { process.kill() }
    try await eventually("it has begun, or has ended") {
      process.hasEnded
        || FileManager.default.contents(atPath: log).map {
          String(decoding: $0, as: UTF8.self).contains("daemon.started")
        } == true
    }
    process.signal(SIGTERM)
    try await eventually("the end") { process.hasEnded }
  }

  @Test(arguments: ["-v 100000", "-v 140000"])
  func withTooLittleMemoryItSaysSo(_ limit: String) async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let result = try await TestSupport.run(
      "/bin/bash", arguments: limited(limit, workspace, "--drain"),
      environment: Program.environment(), directory: workspace.folder.path, timeout: .seconds(30))
    // Where even the libraries do not fit, the loader says so.
    #expect(result.status != Exit.done && !result.standardError.isEmpty, "\(result)")
    #expect([Exit.localIO, 127].contains(result.status), "\(result)")
  }

  @Test func aReaderOfTheLogThatDoesNotReadHoldsNothingUp() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "trace" }
    let pipe = try FullPipe()
    // Rows that are rejected write lines as well.
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let process = try RunningProcess(
      Program.path(), ["run", "--config", workspace.configuration],
      environment: Program.environment(), directory: workspace.folder.path,
      error: .descriptor(pipe.writing))
    defer { process.kill() }
    try await eventually(within: .seconds(30), "the file comes in, and polls go on") {
      try await workspace.statusIfThere()?.events == 5
    }
    process.signal(SIGTERM)
    try await eventually("the end") { process.hasEnded }
    #expect(process.status == Exit.done)
    let drain = try RunningProcess(
      Program.path(), ["--drain", "--config", workspace.configuration],
      environment: Program.environment(), directory: workspace.folder.path,
      error: .descriptor(pipe.writing))
    defer { drain.kill() }
    try await eventually("the end of a drain") { drain.hasEnded }
    #expect(drain.status == Exit.done)
  }

  @Test func aReaderThatReadsAgainGetsWhatWasWaiting() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let pipe = try FullPipe()
    let process = try await workspace.polling(into: pipe)
    defer { process.kill() }
    let text = try await onThread { pipe.read(until: "event=daemon.started") }
    #expect(text.contains("<5>event=daemon.started "))
    process.signal(SIGTERM)
    #expect(try await onThread { pipe.read(until: "event=daemon.stopped") }.contains("SIGTERM"))
    #expect(await process.waitForExit() == Exit.done)
  }

  @Test(arguments: ["SYNC", "LOOKUP"])
  func aStopIsObeyedWhileTheMachineGivesNoAnswer(_ what: String) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) {
      $0.log["level"] = "debug"
      $0.source["timeout"] = "300s"
      if what == "LOOKUP" { $0.source["host"] = "localhost" }
    }
    let stall = workspace.folder.file("stall")
    if what == "LOOKUP" { try workspace.folder.write("stall", "") }
    let daemon = try workspace.start(
      "run",
      environment: ["LD_PRELOAD": try await Faults.library("stall"), "STALL_\(what)": stall])
    if what == "SYNC" {
      try await daemon.waits(for: "poll.finished")
      try workspace.folder.write("stall", "")
      try server.drop.write("a.csv", TrackingRow.samples(5).file())
    }
    try await eventually(within: .seconds(30), "it waits for an answer") {
      FileManager.default.fileExists(atPath: stall + ".reached")
    }
    let time = try await daemon.timeToEnd()
    // It ends, and waits for no answer, which never comes.
    #expect(time < .seconds(45), "\(daemon.log)")
    #expect(daemon.process.status == Exit.done, "\(daemon.log)")
    #expect(daemon.lines("daemon.stopped").count == 1, "\(daemon.log)")
    #expect(daemon.lines("poll.failed").isEmpty, "\(daemon.log)")
    // What was not committed comes with the next run.
    try FileManager.default.removeItem(atPath: stall)
    if what == "SYNC" {
      try await workspace.drain()
      #expect(try await workspace.events().count == 5)
    }
  }

  @Test(arguments: [
    ["--help"], ["--version"], ["help", "status"], ["status"], ["parcels", "--json"],
  ])
  func whatCannotBePrintedIsNotDone(_ words: [String]) async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try await workspace.drain()
    let needsStore = ["status", "parcels"].contains(words[0])
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let log = workspace.folder.file("log")
    let process = try RunningProcess(
      Program.path(), words + (needsStore ? ["--config", workspace.configuration] : []),
      environment: Program.environment(), output: .descriptor(full), error: .file(log))
    #expect(await process.waitForExit() == Exit.localIO)
    let text = try String(contentsOfFile: log, encoding: .utf8)
    #expect(text.contains("cannot write to standard output: No space left"), "\(text)")
  }
}
