import Foundation
import TestSupport
import Testing

/// `colisd contracts check`.
@Suite struct ContractsCheckTests {
  @Test func checkNamesEveryProblemOfTheContractsAtOnce() async throws {
    let new = try NewContract()
    try FileManager.default.copyItem(
      at: samples.appending(path: "contracts.d/comptoir-nantes.yaml"),
      to: URL(filePath: new.file("contracts.d/comptoir-nantes.yaml")))
    try chmod(0o640, new.file("secrets/dupont-returns.password"))
    let lyon = try new.text("contracts.d/maison-lyon.yaml")
    try new.workspace.folder.write(
      "contracts.d/maison-lyon.yaml", lyon.replacing("plan: growth", with: "plan: gold"))
    try new.workspace.folder.write("contracts.d/broken.yml", "id: [\n")
    let check = try await new.run(["contracts", "check"])
    #expect(check.status == Exit.configuration)
    let folder = new.file("contracts.d")
    for start in [
      "broken.yml:2:1: ", "comptoir-nantes.yaml:7:3: home-fr.password is missing",
      "dupont.yaml:17:13: returns.password: ",
      "maison-lyon.yaml:4:23: subscription.plan is \"gold\"",
    ] {
      let lines = check.lines.filter { $0.hasPrefix("\(folder)/\(start)") }
      #expect(lines.count == 1, "\(start): \(check.standardOutput)")
    }
    #expect(check.lines.count == 4, "\(check.standardOutput)")
    let json = try await new.run(["contracts", "check", "--json"])
    #expect(json.status == Exit.configuration)
    let value = try JSONValue(json.standardOutput)
    #expect(value.ok == false)
    #expect(value.problems.elements.count == 4)
    #expect(value.problems.elements.first?.keys == ["file", "line", "column", "text"])
  }

  @Test func aFileOfAnotherSystemIsAContractToo() async throws {
    let new = try NewContract()
    let text = try new.text("contracts.d/maison-lyon.yaml")
    try FileManager.default.removeItem(atPath: new.file("contracts.d/maison-lyon.yaml"))
    // As Windows' editors write them.
    try new.workspace.folder.write(
      "contracts.d/Maison.YAML", "\u{feff}" + text.replacing("\n", with: "\r\n"))
    let check = try await new.run(["contracts", "check"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(check.standardOutput.hasPrefix("4 contracts in "), "\(check.standardOutput)")
    #expect(try await new.contract("Maison") != nil)
  }

  @Test func checkTellsThatAllIsGood() async throws {
    let new = try NewContract()
    let check = try await new.run(["contracts", "check"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(check.standardOutput.hasPrefix("4 contracts in "), "\(check.standardOutput)")
    let json = try await new.workspace.json("contracts", "check")
    #expect(json.ok == true)
    #expect(json.problems == .array([]))
  }
}
