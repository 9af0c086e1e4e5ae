import Foundation
import TestSupport
import Testing

/// A workspace whose contracts are all complete, and what a new one is made of.
struct NewContract {
  static let password = "pass-of-a-new-contract"
  static let controlKey = "key-of-a-new-contract"
  /// What standard input holds.
  static let input = "\(password)\n\(controlKey)\n"

  static let homeFR = [
    "--home-fr", "username=NEUWS", "password=-", "account=E9", "account-id=EM990009",
  ]
  static let command = ["contracts", "new", "neu", "--plan", "growth"]

  let workspace: Workspace

  /// - Parameter contracts: the folder of contracts, where it is not the samples'.
  init(contracts: String? = nil) throws {
    workspace = try Workspace()
    let section = contracts.map { "contracts: { directory: \($0) }\n" } ?? ""
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good + section)
    try FileManager.default.removeItem(atPath: file("contracts.d/comptoir-nantes.yaml"))
    // Where programs are looked for, and none is found.
    try workspace.folder.makeDirectory("bin", mode: 0o755)
  }

  func file(_ name: String) -> String { workspace.folder.file(name) }

  /// All that is in the workspace.
  func listing() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: workspace.folder.path).sorted()
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
  }

  /// Runs `colisd`, which must not print a secret.
  func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = input,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    let result = try await workspace.run(
      arguments, environment: environment, input: Array(input.utf8), timeout: .seconds(60))
    for secret in [Self.password, Self.controlKey] {
      #expect(
        !(result.standardOutput + result.standardError).contains(secret), "a secret was printed",
        sourceLocation: sourceLocation)
    }
    return result
  }

  /// The contract as `colisd contracts --json` gives it.
  func contract(_ id: String = "neu") async throws -> JSONValue? {
    try await workspace.json("contracts").elements.first { $0.id == .string(id) }
  }

  /// `colisd contracts new` on a terminal.
  func terminal(_ arguments: [String] = []) throws -> PseudoTerminal {
    try PseudoTerminal(
      ["contracts", "new"] + arguments, environment: ["PATH": file("bin")], in: workspace)
  }

  /// A `systemd-creds` of the test's own in `bin`.
  func install(systemdCreds script: String) async throws {
    try workspace.folder.write("script", "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script)
    // By install(1): a file that this process has open for writing, its other children may have for a
    // moment too, and then it is busy.
    let copy = try await TestSupport.run(
      "/usr/bin/install", arguments: ["-m", "755", file("script"), file("bin/systemd-creds")])
    guard copy.status == 0 else { throw TestSupportError(copy.standardError) }
  }
}
