import Foundation
import TestSupport
import Testing

/// `colisd contracts new` by options.
@Suite struct ContractsNewTests {
  // MARK: By options

  @Test func theFileOfOptionsIsReadBackAsItWasMeant() async throws {
    let new = try NewContract()
    let result = try await new.run(
      NewContract.command + [
        "--name", "Le magasin", "--requested", "2026-06-15", "--silence", "5d",
      ]
        + NewContract.homeFR + [
          "control-key=-", "--returns", "username=007", "password=env:RETURNS",
        ]
        + ["account=R9", "account-id=1234567", "destination-code=DST09"])
    #expect(result.status == Exit.done, "\(result.standardError)")
    let path = new.file("contracts.d/neu.yaml")
    #expect(result.lines.first == path)
    #expect(result.standardOutput.contains("colisd contracts show neu"))

    let contract = try #require(
      try await new.contract())
    #expect(contract.name == "Le magasin")
    #expect(contract.plan == "growth")
    #expect(contract.problems == .array([]))
    #expect(contract.services.elements.map(\.service) == ["home-fr", "returns"])
    #expect(contract.services.elements.map(\.account) == ["E9", "R9"])
    #expect(contract.services.elements.map(\.account_id) == ["EM990009", "1234567"])
    #expect(
      contract.services.elements.map(\.feed) == Array(repeating: "awaiting-first-file", count: 2))
    let methods = contract.services.elements.flatMap(\.methods.elements)
    #expect(methods.map(\.enabled) == Array(repeating: true, count: 4))
    let check = try await new.run(["contracts", "check"], environment: ["RETURNS": "another"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")

    let text = try new.text("contracts.d/neu.yaml")
    #expect(!text.contains(NewContract.password) && !text.contains(NewContract.controlKey))
    #expect(text.contains("password: { file: ../secrets/neu-home-fr.password }"), "\(text)")
    #expect(text.contains("password: { env: RETURNS }"), "\(text)")
    #expect(text.contains("username: \"007\""), "\(text)")
    #expect(try new.mode("contracts.d/neu.yaml") == 0o644)
    for (name, secret) in [
      ("password", NewContract.password), ("control-key", NewContract.controlKey),
    ] {
      #expect(try new.text("secrets/neu-home-fr.\(name)") == secret + "\n")
      #expect(try new.mode("secrets/neu-home-fr.\(name)") == 0o600)
    }
    #expect(!(try new.listing()).contains { $0.hasPrefix("contracts.d/.") })
  }

  @Test func secretsAreReadInTheOrderOfTheOptions() async throws {
    let new = try NewContract()
    let result = try await new.run(
      NewContract.command + [
        "--returns", "password=-", "username=R", "account=R9", "account-id=EM990010",
      ]
        + ["destination-code=DST09"] + NewContract.homeFR)
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(try new.text("secrets/neu-returns.password") == NewContract.password + "\n")
    #expect(try new.text("secrets/neu-home-fr.password") == NewContract.controlKey + "\n")
  }

  @Test(arguments: [0, 0o777] as [mode_t])
  func aNewFolderOfSecretsIsItsOwnersAloneWhateverTheUmask(_ mask: mode_t) async throws {
    let new = try NewContract(contracts: "shop/contracts.d")
    try new.workspace.folder.makeDirectory("shop", mode: 0o755)
    try new.workspace.folder.makeDirectory("shop/contracts.d", mode: 0o755)
    let result = try await TestSupport.run(
      "/bin/sh",
      arguments: ["-c", "umask \(String(mask, radix: 8)); exec \"$@\"", "sh", Program.path()]
        + NewContract.command + NewContract.homeFR + ["--config", new.workspace.configuration],
      environment: Program.environment(), input: Array(NewContract.input.utf8),
      timeout: .seconds(60))
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(try new.mode("shop/secrets") == 0o700)
    #expect(try new.mode("shop/secrets/neu-home-fr.password") == 0o600)
    #expect(try new.mode("shop/contracts.d/neu.yaml") == 0o644)
    let check = try await new.run(["contracts", "check"])
    #expect(check.standardOutput.hasPrefix("1 contract in "), "\(check.standardOutput)")
  }

  @Test func aFolderOfSecretsElsewhereIsNamedInFull() async throws {
    let new = try NewContract()
    try new.workspace.folder.makeDirectory("else", mode: 0o755)
    let folder = new.file("else/where")
    let result = try await new.run(
      NewContract.command + NewContract.homeFR + ["--secrets", "else/where"])
    #expect(result.status == Exit.done, "\(result.standardError)")
    let real = URL(filePath: folder).resolvingSymlinksInPath().path
    let text = try new.text("contracts.d/neu.yaml")
    #expect(text.contains("file: ../else/where/") || text.contains("file: \(real)/"), "\(text)")
    let check = try await new.run(["contracts", "check"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  @Test func aFolderOfContractsThatIsALinkFindsItsSecrets() async throws {
    let new = try NewContract(contracts: "link")
    try new.workspace.folder.makeDirectory("real", mode: 0o755)
    try new.workspace.folder.makeDirectory("real/contracts.d", mode: 0o755)
    try FileManager.default.createSymbolicLink(
      atPath: new.file("link"), withDestinationPath: new.file("real/contracts.d"))
    let result = try await new.run(NewContract.command + NewContract.homeFR)
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(try new.text("secrets/neu-home-fr.password") == NewContract.password + "\n")
    let check = try await new.run(["contracts", "check"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  @Test(arguments: [
    "yes", "null", "1E3", "2026-06-15", "a: b # c", "{ not: a, mapping }", "\"quoted\" \\ 'too'",
    "# x",
    "Élan & Fils*", "  blanks  ", "zero\u{200B}width", "\u{1F69A} Colis", "%TAG", "é\u{301}",
  ])
  func namesAreReadBackAsTheyAre(_ name: String) async throws {
    let new = try NewContract()
    let result = try await new.run(NewContract.command + ["--name", name] + NewContract.homeFR)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let contract = try await new.contract()
    #expect(contract?.name == .string(name))
  }

  @Test(arguments: [
    (["--name", "two\nlines"], "control character"), (["--requested", "2026-02-31"], "2026-02-31"),
    (["--silence", "soon"], "tracking.silence"), (["--plan", "gold"], "gold"),
  ])
  func whatNoFileCouldSayIsRefused(_ option: [String], _ words: String) async throws {
    let new = try NewContract()
    let before = try new.listing()
    let result = try await new.run(NewContract.command + option + NewContract.homeFR)
    #expect(result.status == Exit.usage)
    #expect(result.standardError.contains(words), "\(result.standardError)")
    #expect(try new.listing() == before)
  }

  @Test(arguments: ["../neu", ".neu", "neu neu", "né", "", "neu/"])
  func anIdThatIsNoFileNameIsRefused(_ id: String) async throws {
    let new = try NewContract()
    let before = try new.listing()
    let result = try await new.run(
      ["contracts", "new", id, "--plan", "growth"] + NewContract.homeFR)
    #expect(result.status == Exit.usage)
    #expect(try new.listing() == before)
  }

  @Test(arguments: [
    "password=geheim-77", "password=geheim-77=x", "passwort=geheim-77", "geheim-77",
  ])
  func aSecretOnTheCommandLineIsRefusedAndNotRepeated(_ word: String) async throws {
    let new = try NewContract()
    let before = try new.listing()
    let result = try await new.run(
      NewContract.command + NewContract.homeFR.filter { $0 != "password=-" } + [word])
    #expect(result.status == Exit.usage)
    #expect(!(result.standardOutput + result.standardError).contains("geheim"))
    let words = word.hasPrefix("password") ? ["history", "password=-"] : ["no key=value"]
    for word in words { #expect(result.standardError.contains(word), "\(result.standardError)") }
    #expect(try new.listing() == before)
  }

  @Test func allThatIsMissingIsNamedAtOnce() async throws {
    let new = try NewContract()
    let result = try await new.run([
      "contracts", "new", "--home-fr", "account=EE", "--returns", "username=R",
    ])
    #expect(result.status == Exit.usage)
    for word in [
      "the id is missing", "--plan is missing", "home-fr.username", "home-fr.password",
      "home-fr.account is \"EE\"", "home-fr.account-id", "returns.password", "returns.account ",
      "returns.account-id", "returns.destination-code",
    ] { #expect(result.standardError.contains(word), "\(word): \(result.standardError)") }
  }

  @Test func withoutATerminalAndOptionsItSaysWhatToGive() async throws {
    let new = try NewContract()
    let result = try await new.run(["contracts", "new", "neu"])
    #expect(result.status == Exit.usage)
    for word in ["no terminal", "--home-fr", "--home-be", "--relay", "--returns", "--plan"] {
      #expect(result.standardError.contains(word), "\(result.standardError)")
    }
  }

  @Test func standardInputThatEndsTooEarlyLeavesNothing() async throws {
    let new = try NewContract()
    let before = try new.listing()
    for input in ["", "\n", "only-one\n", "tab\tulator\nx\n"] {
      let result = try await new.run(
        NewContract.command + NewContract.homeFR + ["control-key=-"], input: input)
      #expect(result.status == Exit.usage)
      #expect(!result.standardError.contains("ulator"))
      #expect(try new.listing() == before)
    }
  }

  @Test func aDryRunPrintsTheFileAndWritesNothing() async throws {
    let new = try NewContract()
    let before = try new.listing()
    let dry = try await new.run(NewContract.command + NewContract.homeFR + ["--dry-run"], input: "")
    #expect(dry.status == Exit.done, "\(dry.standardError)")
    #expect(try new.listing() == before)
    let wet = try await new.run(NewContract.command + NewContract.homeFR)
    #expect(wet.status == Exit.done, "\(wet.standardError)")
    #expect(try new.text("contracts.d/neu.yaml") == dry.standardOutput)
  }

  // MARK: What is there already

  @Test(arguments: ["contracts.d/neu.yaml", "secrets/neu-home-fr.password"])
  func aFileThatIsThereIsNotOverwritten(_ name: String) async throws {
    let new = try NewContract()
    let old = "id: another\nsubscription: { plan: growth, active: true }\n"
    try new.workspace.folder.write(name, old)
    let before = try new.listing()
    let result = try await new.run(NewContract.command + NewContract.homeFR)
    #expect(result.status == Exit.configuration)
    #expect(result.standardError.contains("\(name) is there already"), "\(result.standardError)")
    #expect(try new.text(name) == old)
    #expect(try new.listing() == before)
  }

  @Test func aLinkThatLeadsNowhereIsNotFollowed() async throws {
    let new = try NewContract()
    let target = new.file("target")
    for name in ["secrets/neu-home-fr.password", "contracts.d/neu.yaml"] {
      let link = new.file(name)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      let result = try await new.run(NewContract.command + NewContract.homeFR)
      #expect(result.status == Exit.configuration)
      #expect(!FileManager.default.fileExists(atPath: target))
      try FileManager.default.removeItem(atPath: link)
    }
  }

  @Test func whatAnotherContractHasIsRefusedBeforeAnythingIsWritten() async throws {
    let new = try NewContract()
    let before = try new.listing()
    let pair = try await new.run(
      NewContract.command + [
        "--home-be", "username=X", "password=-", "account=E1", "account-id=EM180619",
      ])
    #expect(pair.status == Exit.configuration)
    for word in ["E1", "EM180619", "dupont"] {
      #expect(pair.standardError.contains(word), "\(pair.standardError)")
    }
    let id = try await new.run(
      ["contracts", "new", "dupont", "--plan", "lite"] + NewContract.homeFR)
    #expect(id.status == Exit.configuration)
    #expect(id.standardError.contains("a contract dupont already"), "\(id.standardError)")
    #expect(try new.listing() == before)
  }
}
