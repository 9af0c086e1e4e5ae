import Foundation
import TestSupport
import Testing

/// `colisd init --answers FILE`, without a terminal.
@Suite struct InitAnswersTests {
  private func workspace(_ answers: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write("given.yaml", answers)
    return workspace
  }

  private func answers(
    _ server: OpenSSHServer, login: String, hostKey: String? = nil
  ) async throws -> String {
    """
    host: \(server.host)
    port: \(server.port)
    username: \(server.username)
    host-keys: ["\(try await given(hostKey, server))"]
    \(login)
    directory: \(server.drop.path)

    """
  }

  private func given(_ hostKey: String?, _ server: OpenSSHServer) async throws -> String {
    if let hostKey { return hostKey }
    return try await server.fingerprint()
  }

  private func begin(_ workspace: Workspace) async throws -> ProcessResult {
    try await workspace.run("init", "--answers", workspace.folder.file("given.yaml"))
  }

  @Test(.openSSH()) func theAnswersLeadToAConfigurationThatDrains() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("TRK_1.csv", TrackingRow.samples(3).text())
    let workspace = try workspace(
      try await answers(server, login: "private-key: \(try await server.userKey())"))
    let result = try await begin(workspace)
    #expect(result.status == Exit.done, "\(result.standardError)")
    // The two commands to go on, and nothing else.
    #expect(
      result.lines == [
        "colisd --drain --config \(workspace.configuration)",
        "colisd parcels --config \(workspace.configuration)",
      ])
    for words in [
      try await server.fingerprint(.ecdsa), "host key and login are good", "dupont home-fr",
    ] { #expect(result.standardError.contains(words), "\(result.standardError)") }
    #expect(!workspace.folder.holds("colisd.db"))
    try await workspace.drain()
    let events = try await workspace.events()
    #expect(events.count == 3)
    // Begun again, it says the same.
    #expect(try await begin(workspace).status == Exit.done)
  }

  @Test func everyAnswerThatIsMissingOrUnknownHasAPlace() async throws {
    let workspace = try workspace("host: 127.0.0.1\nusrname: dupont\nport: 99999\n")
    let result = try await begin(workspace)
    #expect(result.status == Exit.configuration)
    let file = workspace.folder.file("given.yaml")
    for words in [
      "\(file):2:1: unknown key usrname; did you mean username?",
      "\(file):3:7: port must be a number from 1 to 65535",
      "\(file):1:1: the field host-keys is missing",
      "\(file):1:1: the field directory is missing",
      "\(file):1:1: a private-key or a password to log in with is missing",
    ] { #expect(result.standardError.contains(words), "\(result.standardError)") }
    #expect(!result.standardError.contains("field username"), "\(result.standardError)")
    #expect(!workspace.folder.holds("colisd.yaml"))
  }

  @Test func aPasswordMustNotStandAmongTheAnswers() async throws {
    let workspace = try workspace(
      "host: x\nusername: x\nhost-keys: [x]\ndirectory: .\npassword: s3cret\n")
    let result = try await begin(workspace)
    #expect(result.status == Exit.configuration)
    #expect(
      result.standardError.contains("given.yaml:5:11: password must not hold the secret itself"),
      "\(result.standardError)")
    #expect(
      result.standardError.contains(
        "given.yaml:3:13: host-keys: host key pin \"x\" cannot be used"),
      "\(result.standardError)")
  }

  @Test(.openSSH()) func anotherHostKeyIs76AndNothingIsSent() async throws {
    let server = try OpenSSHServer.current
    let stranger = "SHA256:" + String(repeating: "B", count: 43)
    let workspace = try workspace(
      try await answers(
        server, login: "private-key: \(try await server.userKey())", hostKey: stranger))
    let result = try await begin(workspace)
    #expect(result.status == Exit.hostKey, "\(result.standardError)")
    #expect(result.standardError.contains("it shows none of the keys of host-keys"))
    #expect(!server.log.contains("userauth-request"))
    #expect(!workspace.folder.holds("colisd.yaml"))
  }

  @Test(.openSSH(authenticationMethods: "password", takesPassword: true))
  func aPasswordIsReadFromItsFile() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace("")
    let reference = try workspace.secret("drop", OpenSSHServer.password)
    try workspace.folder.write(
      "given.yaml", try await answers(server, login: "password: \(reference)"))
    let result = try await begin(workspace)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let written = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    #expect(written.contains("  password: { file: secrets/drop }\n"), "\(written)")
    // Wrong from here on.
    _ = try workspace.secret("drop", "another-one")
    #expect(try await begin(workspace).status == Exit.refused)
  }

  @Test(.openSSH()) func aKeyIsMadeWhereThatIsAnswered() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace(try await answers(server, login: "private-key: new_key"))
    let refused = try await begin(workspace)
    #expect(refused.status == Exit.configuration)
    #expect(refused.standardError.contains("make-key: true"), "\(refused.standardError)")
    try workspace.folder.write(
      "given.yaml", try await answers(server, login: "private-key: new_key\nmake-key: true"))
    let made = try await begin(workspace)
    // The server does not know it yet.
    #expect(made.status == Exit.refused, "\(made.standardError)")
    let line = try String(contentsOfFile: workspace.folder.file("new_key.pub"), encoding: .utf8)
    #expect(made.standardError.contains(line), "\(made.standardError)")
    try server.authorize(line)
    #expect(try await begin(workspace).status == Exit.done)
  }

  @Test(.openSSH()) func pathsAreRelativeToTheAnswersWhereverTheConfigurationIs() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace(
      try await answers(server, login: "private-key: new_key\nmake-key: true"))
    let elsewhere = try TemporaryDirectory()
    let result = try await TestSupport.run(
      Program.path(),
      arguments: ["init", "--answers", "given.yaml", "--config", elsewhere.file("colisd.yaml")],
      environment: Program.environment(), directory: workspace.folder.path)
    // The server does not know the key yet.
    #expect(result.status == Exit.refused, "\(result.standardError)")
    let written = try String(contentsOfFile: elsewhere.file("colisd.yaml"), encoding: .utf8)
    #expect(written.contains(workspace.folder.file("new_key")), "\(written)")
  }

  @Test(.openSSH()) func onlyTheSampleIsReplaced() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace(
      try await answers(server, login: "private-key: \(try await server.userKey())"))
    // What the package puts there.
    let sample = try String(
      contentsOf: samples.appending(path: "colisd.yaml"), encoding: .utf8)
    try workspace.folder.write("colisd.yaml", sample)
    let result = try await begin(workspace)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let aside = try String(
      contentsOfFile: workspace.folder.file("colisd.yaml.before"), encoding: .utf8)
    #expect(aside == sample)
    // Somebody edits what was written.
    let written = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    let edited = written.replacing("after-ingest: leave", with: "after-ingest: delete")
    try workspace.folder.write("colisd.yaml", edited)
    let refused = try await begin(workspace)
    #expect(refused.status == Exit.configuration)
    #expect(refused.standardError.contains("is not overwritten"), "\(refused.standardError)")
    let kept = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    #expect(kept == edited)
  }

  @Test func withoutATerminalTheAnswersAreNeeded() async throws {
    let workspace = try workspace("")
    let result = try await workspace.run("init")
    #expect(result.status == Exit.usage)
    #expect(result.standardError.contains("--answers FILE"), "\(result.standardError)")
  }
}
