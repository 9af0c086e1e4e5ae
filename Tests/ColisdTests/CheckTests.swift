import Foundation
import TestSupport
import Testing

/// `colisd check` finds what a drain would stumble over, all of it at once.
@Suite struct CheckTests {
  private let environment = ["DROP_PASSWORD": "s3cret"]

  /// A workspace in which all is good.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good)
    return workspace
  }

  private func errors(
    _ workspace: Workspace, _ status: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    let check = try await workspace.run("check", environment: environment)
    #expect(check.status == status, "\(check.standardOutput)", sourceLocation: sourceLocation)
    return check.lines.filter { $0.hasPrefix("error ") }
  }

  @Test func aTokenThatCannotBeReadIsFoundBeforeTheDaemonStumblesOverIt() async throws {
    let workspace = try workspace()
    let http = "http: { listen: \"127.0.0.1:9464\", token: { file: secrets/http-token } }\n"
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good + http)
    let errors = try await errors(workspace, Exit.configuration)
    #expect(errors.count == 1 && errors.first?.contains("http-token") == true, "\(errors)")
  }

  @Test func theFaultsOfAllFilesAreNamedAtOnce() async throws {
    let workspace = try workspace()
    let folder = workspace.folder
    try folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("interval: 60s", with: "interval: x")
        .replacing("{ env: DROP_PASSWORD }", with: "{ file: secrets/none }")
        .replacing("sqlite:colisd.db", with: "sqlite:none/colisd.db")
        + "layout: { file: layout.yaml }\n")
    try folder.write("layout.yaml", "name: x\ncolums: {}\n")
    try folder.write("status-map.yaml", "name: x\ncodes: [\n")
    try workspace.put("home-fr: [\n", as: "faute")
    var contract = ContractText()
    contract.plan = "gold"
    try workspace.put(contract)
    let errors = try await errors(workspace, Exit.configuration)
    for word in [
      "colisd.yaml:8:13: poll.interval", "colisd.yaml:5:13: source.password", "layout.yaml:2:1: ",
      "status-map.yaml:3:1: ", "contracts.d/faute.yaml:2:1: ", "contracts.d/neuf.yaml:1:23: ",
      "none: No such file or directory",
    ] {
      #expect(errors.filter { $0.contains(word) }.count == 1, "\(word): \(errors)")
    }
    #expect(errors.count == 7, "\(errors)")
  }

  @Test(arguments: [
    ("  username: dupont", "  user-name: dupont", "did you mean username?"),
    ("  password:", "  pasword:", "did you mean password?"),
    ("  host-keys: [", "  host-key: [", "did you mean host-keys?"),
    ("source:", "sauce:", "did you mean source?"),
    ("{ env: DROP_PASSWORD }", "{ fil: x }", "did you mean file?"),
    ("port: 22", "after-ingest: { move: [x] }", "one value"),
    ("port: 22", "known-hosts: [x]", "one value"),
  ])
  func oneMistakeIsOneError(_ old: String, _ new: String, _ words: String) async throws {
    let workspace = try workspace()
    try workspace.folder.write(
      "colisd.yaml", ConfigurationRefusalTests.good.replacing(old, with: new))
    let errors = try await errors(workspace, Exit.configuration)
    #expect(errors.count == 1, "\(errors)")
    #expect(errors.first?.contains(words) == true, "\(errors)")
  }

  @Test func aContractsMistakeIsOneErrorToo() async throws {
    let workspace = try workspace()
    var contract = ContractText()
    contract["home-fr", "password"] = "{ fil: x }"
    try workspace.put(
      contract.yaml.replacing("username:", with: "usrname:") + "relay: nothing\n", as: "neuf")
    let errors = try await errors(workspace, Exit.configuration)
    #expect(errors.count == 3, "\(errors)")
    for word in ["home-fr.usrname; did you mean username?", "home-fr.password.fil", "relay must"] {
      #expect(errors.contains { $0.contains(word) }, "\(errors)")
    }
  }

  @Test func theFolderOfTheStoreIsLookedAt() async throws {
    let workspace = try workspace()
    #expect(try await errors(workspace, Exit.done).isEmpty)
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("sqlite:colisd.db", with: "sqlite:none/colisd.db"))
    let missing = try await errors(workspace, Exit.localIO)
    #expect(missing.count == 1 && missing[0].contains("install -d -m 700"), "\(missing)")
    try workspace.folder.write("none", "a file")
    let file = try await errors(workspace, Exit.localIO)
    #expect(file.count == 1 && file[0].contains("is no folder"), "\(file)")
  }

  @Test func aStoreThatIsNoneIsNamed() async throws {
    let workspace = try workspace()
    try workspace.folder.write("colisd.db", "this is no database, but a text of some length\n")
    let errors = try await errors(workspace, Exit.localIO)
    #expect(errors.count == 1 && errors[0].contains("colisd.db"), "\(errors)")
  }

  @Test func whoeverMayNotWriteIsToldToAskAsAnotherUser() async throws {
    // root may write everywhere, so the program runs as somebody else.
    guard geteuid() == 0 else { return }
    let workspace = try workspace()
    try workspace.folder.makeDirectory("state", mode: 0o755)
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("sqlite:colisd.db", with: "sqlite:state/colisd.db"))
    try chmod(0o755, workspace.folder.path)
    let check = try await TestSupport.run(
      "/usr/bin/setpriv",
      arguments: [
        "--reuid=65534", "--regid=65534", "--clear-groups", Program.path(), "check", "--config",
        workspace.configuration,
      ], environment: Program.environment(environment), directory: "/")
    try #require(!check.standardOutput.isEmpty, "\(check.standardError)")
    let line = check.lines.first { $0.contains("state can't be written to") }
    for word in ["nobody", "Permission denied", "sudo -u root"] {
      #expect(line?.contains(word) == true, "\(check.standardOutput)")
    }
  }
}
