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
}
