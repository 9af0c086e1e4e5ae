import Foundation
import TestSupport
import Testing

/// What is said when the process ends in a way that nothing can prevent.
@Suite(.openSSH()) struct LastWordTests {
  private static let kept = "what was committed is kept, the next start goes on from there"

  private func daemon(
    _ workspace: Workspace, until event: String = "poll.finished"
  ) async throws -> Daemon {
    let daemon = try workspace.start("run")
    try await daemon.waits(for: event)
    return daemon
  }

  /// Leaves a process no more addresses than it has, and so many bytes.
  private func starve(_ daemon: Daemon, but bytes: Int) async throws {
    let process = daemon.process.identifier
    let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
    let pages = try #require(text.split(separator: " ").first.flatMap { Int($0) })
    let limit = pages * Int(getpagesize()) + bytes
    let result = try await run(
      "/usr/bin/prlimit", arguments: ["--pid", "\(process)", "--as=\(limit)"])
    #expect(result.status == 0, "\(result.standardError)")
  }

  @Test(arguments: [0, 4 << 20, 16 << 20, 40 << 20])
  func whereMemoryRunsOutInTheMiddleItSaysSoAndEnds(_ bytes: Int) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "debug" }
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let daemon = try await daemon(workspace)
    try await starve(daemon, but: bytes)
    let rows = 400_000
    try server.drop.write("b.csv", TrackingRow.samples(rows, from: 5).file())
    try await eventually(within: .seconds(60), "it ends, or says what it lacks, or has room enough")
    {
      daemon.process.hasEnded || daemon.log.contains("rows=\(rows)")
        || daemon.lines("poll.failed").contains { $0.contains("this machine gives no more") }
    }
    // As long as it lives, it tries again and obeys signals.
    let isAlive = !daemon.process.hasEnded
    if isAlive { _ = try await daemon.timeToEnd() }
    if let status = daemon.process.status {
      // A signal, or the status of a machine that has no more to give; never without a word.
      if isAlive, status == Exit.done { return try await expectEachRowOnce(workspace, rows + 5) }
      let crashes = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP].map { 128 + $0 }
      #expect((crashes + [Exit.localIO]).contains(status), "\(daemon.log)")
      let line = daemon.log.split(separator: "\n").last { $0.contains("colisd: fatal: ") }
      #expect(line?.hasPrefix("<2>") == true && line?.contains("ulimit -v") == true)
      #expect(line?.hasSuffix(Self.kept) == true, "\(daemon.log)")
    }
    try await expectEachRowOnce(workspace, rows + 5)
  }

  /// The next run has each event once.
  private func expectEachRowOnce(_ workspace: Workspace, _ rows: Int) async throws {
    try await workspace.drain()
    #expect(try await workspace.json("status").events.integer == rows)
  }

  @Test func withoutAnyMemoryItStopsWhenItIsTold() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "debug" }
    let daemon = try await daemon(workspace)
    try await starve(daemon, but: 0)
    let time = try await daemon.timeToEnd()
    #expect(time < .seconds(45), "\(daemon.log)")
  }

  @Test(arguments: [
    ("SIGABRT", SIGABRT), ("SIGBUS", SIGBUS), ("SIGFPE", SIGFPE), ("SIGILL", SIGILL),
    ("SIGSEGV", SIGSEGV), ("SIGTRAP", SIGTRAP),
  ])
  func aSignalOfACrashHasALineAndEndsTheProcess(_ name: String, _ number: Int32) async throws {
    let workspace = try await Workspace(OpenSSHServer.current) { $0.log["level"] = "debug" }
    let daemon = try await daemon(workspace)
    #expect(try await daemon.end(number) == 128 + number)
    let line = "<2>colisd: fatal: ended by signal \(name) of another process; \(Self.kept)\n"
    #expect(daemon.log.hasSuffix(line), "\(daemon.log)")
  }

  @Test func inALogOfObjectsItIsOne() async throws {
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.log = ["level": "debug", "format": "json"]
    }
    let daemon = try await daemon(workspace)
    #expect(try await daemon.end(SIGILL) == 128 + SIGILL)
    let line = try JSONValue(String(try #require(daemon.log.split(separator: "\n").last)))
    #expect(line.event == "process.crashed" && line.level == "critical")
    #expect(line.error.names("SIGILL", Self.kept))
  }

  @Test func aFullPipeDoesNotHoldTheEndUp() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let pipe = try FullPipe()
    let process = try await workspace.polling(into: pipe)
    defer { process.kill() }
    process.signal(SIGSEGV)
    try await eventually("the end") { process.hasEnded }
    #expect(process.status == 128 + SIGSEGV)
  }
}
