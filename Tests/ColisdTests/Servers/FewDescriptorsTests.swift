import Foundation
import TestSupport
import Testing

/// A machine that gives colisd fewer descriptors, or less memory, than it needs.
@Suite(.openSSH()) struct FewDescriptorsTests {
  private func drain(_ workspace: Workspace, limit: String) async throws -> ProcessResult {
    try await run(
      "/bin/sh",
      arguments: [
        "-c", "ulimit \(limit); exec \"$0\" --drain --config colisd.yaml", Program.path(),
      ],
      environment: Program.environment(), directory: workspace.folder.path,
      timeout: .seconds(30))
  }

  @Test func eachNumberOfDescriptorsEndsWithDoneOrWithAnError() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    var sentences: [String] = []
    for count in 5...24 {
      let workspace = try await Workspace(server)
      let result = try await drain(workspace, limit: "-n \(count)")
      #expect(
        [Exit.done, Exit.localIO, Exit.configuration].contains(result.status),
        "\(count): \(result.status) \(result.standardError)")
      #expect(!result.standardError.isEmpty, "\(count)")
      if result.status != Exit.done { sentences.append(result.standardError) }
    }
    // Some are enough for the store and not for the server; they blame neither it nor the key.
    #expect(sentences.contains { $0.contains("cannot connect to") && $0.contains("ulimit") })
    #expect(!sentences.contains { $0.contains("firewall") || $0.contains("check its path") })
  }
}
