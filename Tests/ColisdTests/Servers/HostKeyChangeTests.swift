import Foundation
import TestSupport
import Testing

/// A known_hosts that changes while the daemon runs.
@Suite(.openSSH()) struct HostKeyChangeTests {
  /// sshd ends its lines by CRLF.
  private func logins(_ server: OpenSSHServer) -> Int {
    server.log.split(whereSeparator: \.isNewline).count { $0.contains("Accepted publickey") }
  }

  @Test func whatIsRevokedCountsFromTheNextPollOnWithoutASignal() async throws {
    let server = try OpenSSHServer.current
    let key = try server.publicHostKey()
    let line = "[127.0.0.1]:\(server.port) \(key)\n"
    let workspace = try await Workspace(server) {
      // The pin stays: what is revoked is refused whatever else trusts it.
      $0.source["known-hosts"] = "known_hosts"
    }
    try workspace.folder.write("known_hosts", line)
    let daemon = try workspace.start("run")
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try await daemon.waits(for: "file.ingested")

    try workspace.folder.write("known_hosts", "@revoked * \(key)\n")
    try await daemon.waits(for: "source.hostkey.refused")
    try server.drop.write("b.csv", [TrackingRow(parcel: 2, step: 0)].file())
    let before = logins(server)
    // The log has it before the store.
    try await eventually("status says why") {
      try await workspace.json("status").source.error.names("@revoked")
    }

    try workspace.folder.write("known_hosts", line)
    try await daemon.waits(for: "file.ingested", count: 2)
    let events = try await workspace.events().count
    #expect(events == 2)
    #expect(logins(server) > before)
    let end = try await daemon.end()
    #expect(end == Exit.done)
  }

  @Test func aListThatIsTooLargeOrMissingIs78() async throws {
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.source["known-hosts"] = "known_hosts"
    }
    for (text, words) in [
      (nil, "known_hosts cannot be read: No such file or directory"),
      (String(repeating: "#\n", count: 600_000), "known_hosts is larger than 1024 KiB"),
    ] {
      if let text { try workspace.folder.write("known_hosts", text) }
      for command in ["check", "--drain"] {
        let result = try await workspace.run(command)
        #expect(result.status == Exit.configuration)
        let said = result.standardOutput + result.standardError
        #expect(said.contains("source.known-hosts: ") && said.contains(words), "\(said)")
      }
    }
  }
}
