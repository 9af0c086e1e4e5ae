import Foundation
import TestSupport
import Testing

/// A machine that gives colisd fewer descriptors than it needs.
@Suite(.openSSH()) struct FewDescriptorsTests {
  /// Nothing is open in the program that is to find out how few are left, whatever the tests have open.
  private static let limited = """
    import os, resource, sys
    os.closerange(3, 4096)
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]),) * 2)
    os.execv(sys.argv[2], sys.argv[2:])
    """

  private func drain(_ workspace: Workspace, descriptors: Int) async throws -> ProcessResult {
    try await run(
      "/usr/bin/python3",
      arguments: [
        "-c", Self.limited, "\(descriptors)", Program.path(), "--drain", "--config", "colisd.yaml",
      ],
      environment: Program.environment(), directory: workspace.folder.path,
      timeout: .seconds(30))
  }

  @Test func eachNumberOfDescriptorsEndsWithDoneOrWithAnError() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    var sentences: [String] = []
    // With fewer, libdispatch ends the program before it begins.
    for count in 7...24 {
      let workspace = try await Workspace(server)
      let result = try await drain(workspace, descriptors: count)
      #expect(
        [Exit.done, Exit.localIO, Exit.configuration].contains(result.status),
        "\(count): \(result.status) \(result.standardError)")
      #expect(!result.standardError.isEmpty, "\(count)")
      if result.status != Exit.done { sentences.append(result.standardError) }
    }
    // Some are enough for the store and not for the server; they blame neither it nor the key.
    #expect(
      sentences.contains { $0.contains("cannot connect to") && $0.contains("ulimit") },
      "\(sentences)")
    #expect(!sentences.contains { $0.contains("firewall") || $0.contains("check its path") })
  }
}
