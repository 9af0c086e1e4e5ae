import Foundation
import TestSupport
import Testing

/// `colisd init` on a terminal, against a real server.
@Suite struct InitDialogueTests {
  /// A folder with contracts and nothing else.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    return workspace
  }

  private func begin(_ workspace: Workspace) throws -> PseudoTerminal {
    try PseudoTerminal(["init"], in: workspace)
  }

  /// Answers up to the host keys.
  private func answerServer(_ terminal: PseudoTerminal, _ server: OpenSSHServer) async throws {
    try await terminal.answer("SFTP server", server.host)
    try await terminal.answer("Port", "\(server.port)")
    try await terminal.answer("User name there", server.username)
  }

  private func text(_ workspace: Workspace, _ name: String) throws -> String {
    try String(contentsOfFile: workspace.folder.file(name), encoding: .utf8)
  }

  private func mode(_ workspace: Workspace, _ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(
      atPath: workspace.folder.file(name))
    return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
  }

  @Test(.openSSH()) func theDialogueLeadsFromNothingToTheFirstParcel() async throws {
    let server = try OpenSSHServer.current
    let rows = TrackingRow.samples(12)
    try server.drop.write("TRK_1.csv", rows.text())
    let workspace = try workspace()
    let terminal = try begin(workspace)
    try await answerServer(terminal, server)
    let (first, second) = (
      try await server.fingerprint(.ed25519), try await server.fingerprint(.ecdsa)
    )
    try await terminal.waits(for: "ssh-ed25519          \(first)   (used first)")
    try await terminal.waits(for: "ecdsa-sha2-nistp256  \(second)")
    // Nothing is trusted before somebody has compared it.
    #expect(!workspace.folder.holds("colisd.yaml"))
    try await terminal.answer("or write yes", "yes")
    try await terminal.answer("a key or a password [key]", "")
    try await terminal.answer("Private key [", try await server.userKey())
    try await terminal.waits(for: "The carrier has to enter this public key")
    try await terminal.answer("Folder on the server", server.drop.path)
    try await terminal.waits(for: "host key and login are good")
    try await terminal.waits(for: "1 entry, 1 of them looks like a tracking file")
    try await terminal.waits(for: "The built-in layout reads TRK_1.csv")
    try await terminal.waits(for: rows[0].parcel)
    try await terminal.waits(for: "dupont home-fr")
    try await terminal.waits(for: "colisd --drain --config \(workspace.configuration)")
    try await terminal.waits(for: "colisd parcels --config \(workspace.configuration)")
    let status = try await terminal.end()
    #expect(status == Exit.done)
    // Ten rows are shown, and none is stored.
    #expect(terminal.shown.contains(rows[5].parcel))
    #expect(!workspace.folder.holds("colisd.db"))
    let configuration = try text(workspace, "colisd.yaml")
    #expect(configuration.contains("    - \"\(first)\"\n    - \"\(second)\"\n"), "\(configuration)")
    try await workspace.drain()
    let events = try await workspace.events()
    #expect(events.count == 12)
    let check = try await workspace.run("check", "--connect")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(
      check.standardOutput.contains("layout colisprive reads 12 of the first 12 rows of TRK_1.csv"),
      "\(check.standardOutput)")
  }

  @Test(.openSSH()) func filesOfOtherNamesAreOffered() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("TRK_1.TXT", TrackingRow.samples(2).text())
    let workspace = try workspace()
    let terminal = try begin(workspace)
    try await answerServer(terminal, server)
    try await terminal.answer("or write yes", "yes")
    try await terminal.answer("a key or a password [key]", "")
    try await terminal.answer("Private key [", try await server.userKey())
    try await terminal.answer("Folder on the server", server.drop.path)
    try await terminal.answer("Are *.txt tracking files? [Y/n]", "")
    try await terminal.waits(for: "The built-in layout reads TRK_1.TXT")
    let status = try await terminal.end()
    #expect(status == Exit.done)
    try await workspace.drain()
    let events = try await workspace.events()
    #expect(events.count == 2)
  }

  @Test(.openSSH()) func aKeyIsMadeAndInitGoesOnOnceTheCarrierHasIt() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("TRK_1.csv", TrackingRow.samples(1).text())
    let workspace = try workspace()
    let first = try begin(workspace)
    try await answerServer(first, server)
    // One that was not shown is not taken.
    let stranger = "SHA256:" + String(repeating: "B", count: 43)
    try await first.answer("or write yes", stranger)
    try await first.waits(for: "the server shows no such key")
    try await first.answer("or write yes", try await server.fingerprint())
    try await first.answer("a key or a password", "key")
    try await first.answer("Private key [\(workspace.folder.file("id_ed25519"))]", "")
    try await first.answer("Make a key? [Y/n]", "")
    try await first.answer("Folder on the server", server.drop.path)
    try await first.waits(for: "If the carrier has not entered the public key yet")
    let refused = try await first.end()
    #expect(refused == Exit.refused)
    #expect(try mode(workspace, "id_ed25519") == 0o600)
    #expect(try text(workspace, "id_ed25519").hasPrefix("-----BEGIN OPENSSH PRIVATE KEY-----"))

    try server.authorize(text(workspace, "id_ed25519.pub"))
    let second = try begin(workspace)
    try await second.answer("SFTP server [127.0.0.1]", "")
    try await second.answer("Port [\(server.port)]", "")
    try await second.answer("User name there [\(server.username)]", "")
    try await second.waits(for: "(used first, trusted before)")
    try await second.answer("[as before]", "")
    try await second.answer("[key]", "")
    try await second.answer("Private key [\(workspace.folder.file("id_ed25519"))]", "")
    try await second.answer("Folder on the server", "")
    try await second.waits(for: "host key and login are good")
    let status = try await second.end()
    #expect(status == Exit.done)
    try await workspace.drain()
  }

  @Test(.openSSH(authenticationMethods: "password", takesPassword: true))
  func aWrongPasswordIsAskedAgainAndNoneIsShown() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace()
    let terminal = try begin(workspace)
    try await answerServer(terminal, server)
    try await terminal.answer("or write yes", "yes")
    try await terminal.answer("a key or a password", "password")
    try await terminal.waits(for: "(not shown): ")
    #expect(!terminal.isEchoing)
    try terminal.type("wrong-one\r")
    try await terminal.answer("Folder on the server", server.drop.path)
    try await terminal.answer("Give the password again? [Y/n]", "")
    try await terminal.waits(for: "(not shown): ")
    try terminal.type(OpenSSHServer.password + "\r")
    try await terminal.waits(for: "host key and login are good")
    try await terminal.waits(for: "There is no tracking file yet")
    let status = try await terminal.end()
    #expect(status == Exit.done)
    #expect(terminal.isEchoing)
    let shown = terminal.shown
    #expect(!shown.contains("wrong-one") && !shown.contains(OpenSSHServer.password))
    #expect(try mode(workspace, "secrets/source.password") == 0o600)
    #expect(
      try text(workspace, "secrets/source.password") == OpenSSHServer.password + "\n")
    for name in ["colisd.yaml", "colisd.yaml.answers"] {
      #expect(try !text(workspace, name).contains(OpenSSHServer.password))
      #expect(try text(workspace, name).contains("password: { file: "))
    }
  }

  @Test(.openSSH()) func thePassphraseOfAKeyIsAskedAndKept() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace()
    let terminal = try begin(workspace)
    try await answerServer(terminal, server)
    try await terminal.answer("or write yes", "yes")
    try await terminal.answer("a key or a password", "key")
    try await terminal.answer("Private key", try await server.encryptedUserKey())
    try await terminal.waits(for: "Passphrase of the key (not shown): ")
    try terminal.type(OpenSSHServer.passphrase + "\r")
    try await terminal.answer("Folder on the server", server.drop.path)
    try await terminal.waits(for: "host key and login are good")
    let status = try await terminal.end()
    #expect(status == Exit.done)
    #expect(!terminal.shown.contains(OpenSSHServer.passphrase))
    #expect(try mode(workspace, "secrets/key.passphrase") == 0o600)
    #expect(
      try text(workspace, "colisd.yaml").contains(
        "  passphrase: { file: secrets/key.passphrase }\n"))
  }

  @Test(.openSSH()) func aChangedHostKeyIsNotTrustedUnasked() async throws {
    let server = try OpenSSHServer.current
    let workspace = try workspace()
    let first = try begin(workspace)
    try await answerServer(first, server)
    try await first.answer("or write yes", "yes")
    try await first.waits(for: "a key or a password")
    try first.type(PseudoTerminal.controlC)
    #expect(try await first.end() == 128 + SIGINT)
    let known = try await server.fingerprint()
    // Another server in its place.
    try await OpenSSHServer.withServer { other in
      let second = try begin(workspace)
      try await second.answer("SFTP server [127.0.0.1]", "")
      try await second.answer("Port [\(server.port)]", "\(other.port)")
      try await second.answer("User name", "")
      try await second.waits(for: "none of them is a key that you trusted before (\(known)")
      try await second.answer("or write yes", "no")
      #expect(try await second.end() == Exit.hostKey)
      #expect(!second.shown.contains("as before"))
      #expect(!other.log.contains("userauth-request"))
    }
    #expect(!workspace.folder.holds("colisd.yaml"))
  }

  @Test(.unprivilegedOpenSSH) func withoutTheRightToListAnotherFolderIsAsked() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    try server.drop.makeDirectory("closed", mode: 0o000)
    let closed = server.drop.file("closed")
    let workspace = try workspace()
    let terminal = try begin(workspace)
    try await answerServer(terminal, server)
    try await terminal.answer("or write yes", "yes")
    try await terminal.answer("a key or a password", "key")
    try await terminal.answer("Private key", try await server.userKey())
    try await terminal.answer("Folder on the server", closed)
    try await terminal.waits(for: closed)
    try await terminal.answer("Name another folder? [Y/n]", "")
    try await terminal.answer("Folder on the server", closed)
    try await terminal.answer("Name another folder? [Y/n]", "n")
    let status = try await terminal.end()
    try chmod(0o777, closed)
    #expect(status == Exit.refused)
  }

  @Test(.openSSH()) func withoutAContractTheFirstOneIsOffered() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("TRK_1.csv", TrackingRow.samples(1).text())
    let workspace = try workspace()
    try FileManager.default.removeItem(atPath: workspace.folder.file("contracts.d"))
    let terminal = try begin(workspace)
    try await answerServer(terminal, server)
    try await terminal.answer("or write yes", "yes")
    try await terminal.answer("a key or a password", "")
    try await terminal.answer("Private key", try await server.userKey())
    try await terminal.answer("Folder on the server", server.drop.path)
    try await terminal.waits(for: "held: unknown-account")
    try await terminal.answer("Write the first contract now? [Y/n]", "")
    try await terminal.waits(for: "A new contract with Colis Privé")
    try await terminal.waits(for: "Name, for people")
    try terminal.type(PseudoTerminal.controlC)
    #expect(try await terminal.end() == 128 + SIGINT)
    // What was written stays.
    #expect(workspace.folder.holds("colisd.yaml"))
  }

  @Test func whatWasAnsweredBeforeTheEndStays() async throws {
    let workspace = try workspace()
    let terminal = try begin(workspace)
    try await terminal.answer("SFTP server", "sftp://drop.example.net/out")
    try await terminal.waits(for: "without sftp:// and folders")
    try await terminal.answer("SFTP server", "drop.example.net")
    try await terminal.answer("Port", "70000")
    try await terminal.waits(for: "from 1 to 65535")
    try await terminal.answer("Port", "2222")
    try await terminal.waits(for: "User name there")
    try terminal.type(PseudoTerminal.controlD)
    #expect(try await terminal.end() == Exit.usage)
    #expect(terminal.shown.contains("init goes on with it"), "\(terminal.shown)")
    let answers = try text(workspace, "colisd.yaml.answers")
    #expect(answers.contains("host: drop.example.net\nport: 2222\n"), "\(answers)")
    #expect(try mode(workspace, "colisd.yaml.answers") == 0o600)
    #expect(!workspace.folder.holds("colisd.yaml"))
  }

  @Test(.openSSH()) func anEditedConfigurationIsKeptOrSetAside() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    let before = try text(workspace, "colisd.yaml")
    let kept = try begin(workspace)
    try await kept.answer("Keep it, and go on with trying it out? [Y/n]", "")
    try await kept.waits(for: "host key and login are good")
    #expect(try await kept.end() == Exit.done)
    #expect(try text(workspace, "colisd.yaml") == before)
    let left = try begin(workspace)
    try await left.answer("Keep it", "n")
    try await left.answer("Set it aside, and write a new one? [y/N]", "")
    #expect(try await left.end() == Exit.configuration)
    #expect(try text(workspace, "colisd.yaml") == before)
    let replaced = try begin(workspace)
    try await replaced.answer("Keep it", "n")
    try await replaced.answer("Set it aside", "y")
    // What it said is offered.
    try await replaced.answer("SFTP server [127.0.0.1]", "")
    try await replaced.answer("Port [\(server.port)]", "")
    try await replaced.answer("User name", "")
    try await replaced.answer("[as before]", "")
    try await replaced.answer("[key]", "")
    try await replaced.answer("Private key [\(try await server.userKey())]", "")
    try await replaced.answer("[\(server.drop.path)]", "")
    try await replaced.waits(for: "host key and login are good")
    #expect(try await replaced.end() == Exit.done)
    #expect(try text(workspace, "colisd.yaml.before") == before)
    #expect(try text(workspace, "colisd.yaml") != before)
  }
}
