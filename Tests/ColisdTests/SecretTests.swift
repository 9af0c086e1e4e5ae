import Foundation
import TestSupport
import Testing

/// Passwords, passphrases, keys and the secrets of contracts stay where they are.
@Suite struct SecretTests {
  static let secret = "the-password-of-the-drop"

  // MARK: In the memory of the process

  /// Runs a program as an ordinary user.
  private func asNobody(_ command: [String]) -> [String] {
    geteuid() == 0
      ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command : command
  }

  /// What another process of the same user finds out about a process.
  private func readings(of process: pid_t) async throws -> Set<String> {
    let script = """
      import sys
      for name in ("cmdline", "environ", "maps", "mem", "syscall", "auxv"):
          try:
              with open(f"/proc/{sys.argv[1]}/{name}", "rb", buffering=0) as file:
                  if name == "mem":
                      start = open(f"/proc/{sys.argv[1]}/maps").readline().split("-")[0]
                      file.seek(int(start, 16))
                  if file.read(1):
                      print(name)
          except PermissionError:
              pass
      """
    let command = asNobody(["/usr/bin/python3", "-c", script, "\(process)"])
    let result = try await run(command[0], arguments: Array(command.dropFirst()))
    guard result.status == 0 else { throw TestSupportError(result.standardError) }
    return Set(result.lines)
  }

  /// A daemon of an ordinary user that has read its secrets and waits for a server that says nothing.
  private func withDaemonOfNobody(
    _ body: (RunningProcess, TemporaryDirectory) async throws -> Void
  ) async throws {
    let peer = try SilentPeer()
    let workspace = try Workspace(
      Settings(
        port: peer.port, username: "dupont",
        hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", directory: "/out"))
    let text = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    try workspace.folder.write(
      "colisd.yaml",
      text.replacing("source:\n", with: "source:\n  password: { env: DROP_PASSWORD }\n"))
    // A copy, for the user need not get into the folder where it was built. By cp(1): a file that this
    // process has open for writing, its other children may have for a moment too, and then it is busy.
    let program = workspace.folder.file("colisd")
    let copy = try await run("/bin/cp", arguments: [Program.path(), program])
    #expect(copy.status == 0, "\(copy.standardError)")
    if geteuid() == 0 {
      let owned = try await run(
        "/bin/chown", arguments: ["-R", "65534:65534", workspace.folder.path])
      #expect(owned.status == 0)
    }
    // As whoever wants a core file of everything.
    let process = try RunningProcess(
      "/bin/sh",
      ["-c", "ulimit -c \"$(ulimit -H -c)\"; exec \"$@\"", "sh"]
        + asNobody([program, "--config", workspace.configuration]),
      environment: Program.environment(["DROP_PASSWORD": Self.secret]),
      directory: workspace.folder.path, error: .file(workspace.folder.file("error")))
    defer { process.kill() }
    try await eventually(within: .seconds(30), "colisd connects") {
      peer.hasConnection || process.hasEnded
    }
    guard !process.hasEnded else {
      throw TestSupportError(
        try String(contentsOfFile: workspace.folder.file("error"), encoding: .utf8))
    }
    try await body(process, workspace.folder)
  }

  @Test func otherProcessesOfTheSameUserReadNothingOfIt() async throws {
    try await withDaemonOfNobody { process, _ in
      let found = try await readings(of: process.identifier)
      // What every user may see of every process holds no secret.
      #expect(found == ["cmdline"])
      let line = try String(
        contentsOfFile: "/proc/\(process.identifier)/cmdline", encoding: .utf8)
      #expect(!line.contains(Self.secret))
    }
    // So that the above means something: of another program the same user reads all.
    let command = asNobody(["/bin/sleep", "60"])
    let other = try RunningProcess(command[0], Array(command.dropFirst()))
    defer { other.kill() }
    try await eventually("sleep sleeps") {
      try String(contentsOfFile: "/proc/\(other.identifier)/comm", encoding: .utf8) == "sleep\n"
    }
    let found = try await readings(of: other.identifier)
    #expect(found == ["cmdline", "environ", "maps", "mem", "syscall", "auxv"])
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGQUIT])
  func aCrashLeavesNoCoreFile(_ signal: Int32) async throws {
    try await withDaemonOfNobody { process, folder in
      let limits = try String(
        contentsOfFile: "/proc/\(process.identifier)/limits", encoding: .utf8)
      let line = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
      #expect(line?.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
      let before = try folder.names()
      process.signal(signal)
      let status = await process.waitForExit()
      #expect(status == 128 + signal)
      let after = try folder.names()
      #expect(after == before)
      for name in try FileManager.default.contentsOfDirectory(atPath: "/")
      where name.hasPrefix("core") {
        Issue.record("/\(name)")
      }
    }
  }

  // MARK: In what is printed

  @Test(arguments: ["trace", "debug"], ["text", "journald", "json"])
  func noCommandPrintsASecret(_ level: String, _ format: String) async throws {
    try await ScriptedServer.withServer(ScriptedServer.Options()) { server in
      for password in ["s3cret", "wrong-password-of-the-drop"] {
        let workspace = try Workspace()
        var settings = Settings(
          port: server.port, username: "dupont", hostKey: server.hostKey,
          directory: server.drop.path)
        settings.log = ["level": level, "format": format]
        settings.source["password"] = try workspace.secret("password", password)
        try workspace.configure(settings)
        // Each output is searched for every secret by the workspace.
        for command in [
          ["--drain"], ["check"], ["check", "--json"], ["check", "--connect"],
          ["check", "--connect", "--json"], ["status", "--json"], ["contracts", "--json"],
          ["contracts", "show", "dupont", "--json"], ["files"],
        ] {
          let result = try await workspace.run(command)
          #expect(!(result.standardOutput + result.standardError).isEmpty || command == ["--drain"])
        }
        // Nor is one kept.
        let names = try workspace.folder.names().filter { $0.hasPrefix("colisd.db") }
        try #require(names.contains("colisd.db"))
        for name in names {
          let file = try #require(FileManager.default.contents(atPath: workspace.folder.file(name)))
          #expect(file.range(of: Data(password.utf8)) == nil, "\(name)")
          #expect(file.range(of: Data("not-a-real-one".utf8)) == nil, "\(name)")
        }
      }
    }
  }

  // MARK: In files

  @Test(
    arguments: ["password", "passphrase", "private-key", "private-key as a path"],
    [0o640, 0o604, 0o620, 0o602, 0o610] as [mode_t])
  func aSecretsFileOnWhichOthersHaveAnyRightIsRefused(_ kind: String, _ mode: mode_t) async throws {
    let workspace = try Workspace()
    let reference = try workspace.secret("some", "s3cret-of-a-file")
    let path = workspace.folder.file("secrets/some")
    try chmod(mode, path)
    var settings = Settings(
      port: 1, username: "dupont",
      hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", directory: "/out")
    switch kind {
    case "password": settings.source["password"] = reference
    case "private-key": settings.source["private-key"] = reference
    case "passphrase":
      settings.source["private-key"] = try workspace.secret("key", "no key")
      settings.source["passphrase"] = reference
    default: settings.source["private-key"] = "secrets/some"
    }
    try workspace.configure(settings)
    for command in ["--drain", "check"] {
      let run = try await workspace.run(command)
      #expect(run.status == Exit.configuration)
      let text = run.standardOutput + run.standardError
      #expect(text.contains("chmod 600 \(path)"), "\(text)")
      #expect(text.contains(/colisd\.yaml:\d+:\d+:/), "\(text)")
    }
    #expect(!workspace.folder.holds("colisd.db"), "nothing is begun")
    try chmod(0o600, path)
    let check = try await workspace.run("check")
    #expect(!check.standardOutput.contains("chmod"), "\(check.standardOutput)")
  }

  @Test(arguments: [
    ("", true), ("\n", true), ("\r\n", true), ("\n\n", false), ("\r", false), (" \n", false),
  ])
  func oneLineEndIsTakenOffASecretAndNothingElse(_ end: String, _ isGood: Bool) async throws {
    try await ScriptedServer.withServer(ScriptedServer.Options()) { server in
      for kind in ["file", "credential"] {
        let workspace = try Workspace(server) {
          if kind == "credential" { $0.source["password"] = "{ credential: drop.password }" }
        }
        try workspace.folder.write("secrets/drop.password", "s3cret" + end)
        try chmod(0o600, workspace.folder.file("secrets/drop.password"))
        let result = try await workspace.run(
          ["--drain"], environment: ["CREDENTIALS_DIRECTORY": workspace.folder.file("secrets")])
        #expect(result.status == (isGood ? Exit.done : Exit.refused), "\(result.standardError)")
      }
    }
  }

  @Test(
    arguments: [
      (0o400, true), (0o440, true), (0o600, true), (0o640, true), (0o444, false), (0o604, false),
      (0o660, false), (0o602, false), (0o610, false),
    ] as [(mode_t, Bool)])
  func aCredentialMayBeReadByAGroupAsSystemdsAccessListShowsAndByNobodyElse(
    _ mode: mode_t, _ isGood: Bool
  ) async throws {
    let workspace = try Workspace()
    var settings = Settings(
      port: 1, username: "dupont",
      hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", directory: "/out")
    settings.source["password"] = "{ credential: some }"
    _ = try workspace.secret("some", "s3cret-of-a-credential")
    try chmod(mode, workspace.folder.file("secrets/some"))
    try workspace.configure(settings)
    let check = try await workspace.run(
      ["check"], environment: ["CREDENTIALS_DIRECTORY": workspace.folder.file("secrets")])
    #expect(check.standardOutput.contains("chmod 600") == !isGood, "\(check.standardOutput)")
  }

  @Test func aCredentialThatOnlyTheUnitHasIsNoMistakeOfTheConfiguration() async throws {
    let workspace = try Workspace()
    var settings = Settings(
      port: 1, username: "dupont",
      hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", directory: "/out")
    settings.source["password"] = "{ credential: drop-password }"
    settings.http["listen"] = "\"127.0.0.1:9464\""
    settings.http["token"] = "{ credential: http-token }"
    try workspace.configure(settings)
    for command in [["check"], ["check", "--feeds"]] {
      let check = try await workspace.run(command)
      let errors = check.lines.filter { $0.hasPrefix("error") }
      #expect(errors.allSatisfy { !$0.contains("credential") }, "\(errors)")
      for name in ["drop-password", "http-token"] {
        let note = check.lines.first { $0.contains("credential \(name) on to the unit") }
        #expect(note?.contains("CREDENTIALS_DIRECTORY") == true, "\(check.lines)")
      }
    }
    // Who wants to log in needs it.
    let connect = try await workspace.run("check", "--connect")
    #expect(connect.status == Exit.configuration)
    #expect(
      connect.lines.contains {
        $0.hasPrefix("error") && $0.contains("drop-password needs systemd")
      }, "\(connect.lines)")
  }

  @Test func aContractsSecretThatOthersCanReadIsNamed() async throws {
    let workspace = try Workspace()
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good)
    let path = workspace.folder.file("secrets/dupont-returns.password")
    try chmod(0o640, path)
    let check = try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
    #expect(check.status == Exit.configuration)
    let line = check.lines.first { $0.contains("chmod 600") }
    #expect(
      line?.contains("contracts.d/dupont.yaml:17:13: returns.password") == true, "\(check.lines)")
  }

  @Test func theStoreIsItsOwnersAloneWhateverTheUmask() async throws {
    let workspace = try Workspace()
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good)
    try workspace.folder.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let result = try await run(
      "/bin/sh",
      arguments: [
        "-c", "umask 0; exec \"$0\" ingest a.csv --config colisd.yaml", Program.path(),
      ],
      environment: Program.environment(), directory: workspace.folder.path)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let names = try workspace.folder.names().filter { $0.hasPrefix("colisd.db") }
    #expect(names.contains("colisd.db"))
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: workspace.folder.file(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }

  @Test(arguments: [(0o700, false), (0o755, false), (0o770, true), (0o777, true)])
  func checkTellsOfAFolderInWhichOthersCanExchangeTheStore(_ mode: mode_t, _ isTold: Bool)
    async throws
  {
    let workspace = try Workspace()
    try workspace.folder.makeDirectory("state", mode: mode)
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("sqlite:colisd.db", with: "sqlite:state/colisd.db"))
    let check = try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
    #expect(check.standardOutput.contains("chmod go-w") == isTold, "\(check.standardOutput)")
  }
}
