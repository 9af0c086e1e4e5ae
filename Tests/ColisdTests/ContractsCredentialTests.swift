import Foundation
import TestSupport
import Testing

/// `colisd contracts new --systemd-creds`.
@Suite struct ContractsCredentialTests {
  private static let encrypted =
    NewContract.command + NewContract.homeFR + ["--systemd-creds", "--secrets", "credentials"]

  @Test func whatSystemdCredsMakesIsKeptAsACredential() async throws {
    let new = try NewContract()
    // Rot13 will do; and it writes down how it was called.
    try await new.install(
      systemdCreds:
        "[ \"$1 $2 $3\" = 'encrypt --name=neu-home-fr.password -' ] || exit 9\ntr a-z n-za-m > \"$4\"\n"
    )
    let terminal = try new.terminal(Array(Self.encrypted.dropFirst(2)))
    try await terminal.answer("(not shown)", NewContract.password)
    #expect(try await terminal.end() == Exit.done, "\(terminal.shown)")
    #expect(terminal.shown.contains("LoadCredentialEncrypted=neu-home-fr.password:/"))
    #expect(try new.text("credentials/neu-home-fr.password") == "cnff-bs-n-arj-pbagenpg")
    #expect(try new.mode("credentials") == 0o700)
    #expect(try new.mode("credentials/neu-home-fr.password") == 0o600)
    #expect(try new.workspace.folder.names(in: "credentials") == ["neu-home-fr.password"])
    #expect(
      try new.text("contracts.d/neu.yaml").contains(
        "password: { credential: neu-home-fr.password }"))
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-creds")))
  func theRealSystemdCredsDecryptsWhatWasKept() async throws {
    let new = try NewContract()
    // A key of the test's own, not this machine's.
    let key = ["SYSTEMD_CREDENTIAL_SECRET": new.file("host-key")]
    let result = try await new.run(Self.encrypted, environment: key)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let decrypted = try await TestSupport.run(
      "/usr/bin/systemd-creds",
      arguments: [
        "decrypt", "--name=neu-home-fr.password",
        new.file("credentials/neu-home-fr.password"), "-",
      ], environment: Program.environment(key), timeout: .seconds(60))
    #expect(decrypted.standardOutput == NewContract.password, "\(decrypted.standardError)")
  }

  @Test(arguments: ["echo 'no TPM here' >&2; echo half > \"$4\"; exit 1", "exit 0", nil])
  func aSystemdCredsThatFailsLeavesNothing(_ script: String?) async throws {
    let new = try NewContract()
    if let script { try await new.install(systemdCreds: script) }
    let before = try new.listing()
    let result = try await new.run(Self.encrypted, environment: ["PATH": new.file("bin")])
    #expect(result.status == Exit.configuration, "\(result.standardError)")
    #expect(result.standardError.contains("systemd-creds"), "\(result.standardError)")
    if script?.contains("TPM") == true { #expect(result.standardError.contains("no TPM here")) }
    #expect(try new.listing() == before)
  }

  @Test func controlCWhileSecretsAreKeptTakesThemBack() async throws {
    let new = try NewContract()
    try await new.install(
      systemdCreds:
        "case \"$2\" in *password) cat > \"$4\" ;; *) echo waiting > /dev/tty; exec sleep 60 ;; esac\n"
    )
    let before = try new.listing()
    let terminal = try new.terminal(
      Self.encrypted.dropFirst(2) + ["--home-fr", "control-key=-"])
    try await terminal.answer("home-fr.password (not shown)", NewContract.password)
    try await terminal.answer("home-fr.control-key (not shown)", NewContract.controlKey)
    try await terminal.waits(for: "waiting")
    #expect(try new.workspace.folder.names(in: "credentials").contains("neu-home-fr.password"))
    try terminal.type(PseudoTerminal.controlC)
    #expect(try await terminal.end() == 128 + SIGINT)
    #expect(try new.listing() == before)
  }
}
