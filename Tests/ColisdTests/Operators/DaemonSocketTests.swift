import Foundation
import TestSupport
import Testing

/// Commands of users who may not read the store ask the daemon over its socket.
@Suite(.openSSH()) struct DaemonSocketTests {
  @Test func commandsOfWhoMayNotReadTheStoreAnswerTheSame() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let staff = try Staff(of: answering)
    let number = "991122334455"
    for arguments in [
      ["parcel", number], ["parcel", number, "--json"], ["parcels", "--limit", "3", "--csv"],
      ["explain", number, "--json"], ["events", "--limit", "5"], ["files", "--json"],
      ["held"], ["held", "--rows", "--json"], ["rejects", "--json"], ["contracts"],
    ] {
      let own = try await answering.workspace.run(arguments)
      let asked = try await staff.run(arguments)
      #expect(asked.status == Exit.done, "\(arguments): \(asked.standardError)")
      #expect(asked.standardOutput == own.standardOutput, "\(arguments)")
    }
    let unknown = try await staff.run(["parcel", "999999999999"])
    #expect(unknown.status == Exit.notFound && unknown.standardError.contains("no parcel"))
    let slip = try await staff.run(["parcels", "--contract", "dupond"])
    #expect(slip.status == Exit.usage && slip.standardError.contains("did you mean dupont?"))
    try await answering.end()
  }

  @Test func othersAreToldWhichGroupTheyNeed() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let others = try Staff(of: answering, isMember: false)
    let refused = try await others.run(["parcel", "991122334455"])
    #expect(refused.status == Exit.refused && refused.standardError.contains("adduser"))
    #expect(refused.standardOutput.isEmpty)
    try await answering.end()
    let silent = try await others.run(["parcel", "991122334455"])
    #expect(silent.status == Exit.unreachable && silent.standardError.contains("start colisd"))
  }

  @Test func anAnswerIsWholeOrAnError() async throws {
    let server = try OpenSSHServer.current
    let rows = 200_000
    try server.drop.write("a.csv", TrackingRow.samples(rows).file())
    let answering = try await AnsweringDaemon(server)
    let staff = try Staff(of: answering)
    let output = answering.workspace.folder.file("events")
    let command = try staff.start(["events"], output: .file(output))
    defer { command.kill() }
    func size() throws -> Int { try Data(contentsOf: URL(filePath: output)).count }
    try await eventually("it is in the middle") { try size() > 1 << 20 }
    try await answering.end()
    let status = await command.waitForExit()
    let lines = try Data(contentsOf: URL(filePath: output)).count { $0 == 0x0a }
    // Where the daemon takes its time to end, all has come by then.
    #expect(status == (lines == rows ? Exit.done : Exit.unreachable), "\(lines) lines")
  }
}
