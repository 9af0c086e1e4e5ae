import Foundation
import TestSupport
import Testing

/// Our clock is wrong, or is set while the daemon runs.
@Suite(.openSSH()) struct ClockTests {
  private static let day = 86_400
  private static let year = 365 * day

  private func shifted(by seconds: Int) async throws -> [String: String] {
    ["LD_PRELOAD": try await Faults.library("clock"), "CLOCK_SHIFT": "\(seconds)"]
  }

  @Test(arguments: [-day, year])
  func aClockThatIsWrongChangesNoIdentityAndLosesNoFile(_ seconds: Int) async throws {
    let server = try OpenSSHServer.current
    try server.drop.fillWithSamples()
    let right = try await Workspace(server)
    try await right.drain(Exit.incomplete)
    let content = try await right.content()

    let wrong = try await Workspace(server)
    let environment = try await shifted(by: seconds)
    let first = try await wrong.run("--drain", environment: environment)
    #expect(first.status == Exit.incomplete, "\(first.standardError)")
    #expect(try await wrong.content() == content)
    // The shift was felt at all.
    let received = try await wrong.events().compactMap { $0.received_at.string }.max() ?? ""
    let now = try await right.events().compactMap { $0.received_at.string }.max() ?? ""
    #expect(seconds > 0 ? received > now : received < now)

    // The clock is put right; the same files and one more.
    try server.drop.write("more.csv", TrackingRow.samples(10, from: 700).file())
    try await wrong.drain()
    #expect(try await wrong.content().count == content.count + 10)
  }

  @Test(arguments: ["none", "listing", "1s"])
  func aClockThatIsSetWhileTheDaemonRunsStopsNothing(_ settle: String) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.poll["settle"] = settle }
    let jump = workspace.folder.file("jump")
    let daemon = try workspace.start(
      "run",
      environment: ["LD_PRELOAD": try await Faults.library("clock"), "CLOCK_JUMP": jump])
    for (index, seconds) in [0, -Self.day, Self.year, 0].enumerated() {
      // A file must never be there half written.
      try Data("\(seconds)".utf8).write(to: URL(filePath: jump), options: .atomic)
      let rows = TrackingRow.samples(10, from: index * 10)
      try server.drop.write("file\(index).csv", rows.file())
      try await daemon.waits(for: "file.ingested", count: index + 1)
    }
    let status = try await daemon.end()
    #expect(status == Exit.done)
    #expect(try await workspace.content().count == 40)
    try await workspace.expectLedgerAddsUp(files: 4, rows: 10)
  }
}
