import Foundation
import TestSupport
import Testing

/// What is said about command lines that can't be understood, and which numbers mean one parcel.
@Suite struct CommandLineTests {
  @Test(arguments: [
    (["statsu"], "did you mean 'status'?", "Usage: colisd <subcommand>"),
    (["statsu", "--json"], "did you mean 'status'?", "Usage: colisd <subcommand>"),
    (["parcl", "991122334455"], "did you mean 'parcel'?", "Usage: colisd <subcommand>"),
    (["--config", "x.yaml", "chek"], "did you mean 'check'?", "Usage: colisd <subcommand>"),
    (["xyzzyqqq"], "it is one of run, init, check,", "Usage: colisd <subcommand>"),
    (["contracts", "shwo"], "did you mean 'show'?", "Usage: colisd contracts <subcommand>"),
    (["held", "relase"], "did you mean 'release'?", "Usage: colisd held <subcommand>"),
    (["--drian"], "Did you mean '--drain'?", "Usage: colisd run "),
    (["parcels", "--limt", "3"], "Did you mean '--limit'?", "Usage: colisd parcels "),
    (["parcel", "1"], "\"1\" is no parcel number", "Usage: colisd parcel "),
    (["events", "--limit", "0"], "--limit must be at least 1", "Usage: colisd events "),
    (["contracts", "new", "a"], "standard input is no terminal", "Usage: colisd contracts new "),
  ])
  func aUsageErrorNamesWhatWasMeantAndItsOwnUsage(
    _ words: [String], _ hint: String, _ usage: String
  ) async throws {
    let result = try await TestSupport.run(
      Program.path(), arguments: words, environment: Program.environment())
    #expect(result.status == Exit.usage)
    #expect(result.standardOutput.isEmpty)
    #expect(result.standardError.contains(hint), "\(result.standardError)")
    #expect(
      result.logLines.contains { $0.hasPrefix(usage) }, "\(result.standardError)")
    #expect(result.logLines.last?.contains("--help' for more") == true, "\(result.standardError)")
  }

  private func known() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest([TrackingRow(parcel: 1, step: 0), TrackingRow(parcel: 2, step: 0)])
    return workspace
  }

  @Test(arguments: [
    ["990000000001"], ["990", "000", "000", "001"], ["9900000000", "01"], ["990 000 000 001"],
    ["990000000001", "75012"], ["990", "000", "000", "001", "750", "12"], ["99000000000175012"],
  ])
  func blanksMakeNoOtherNumber(_ words: [String]) async throws {
    let workspace = try await known()
    let result = try await workspace.run(["parcel"] + words)
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(result.lines.filter { $0.hasPrefix("Parcel ") }.count == 1)
    #expect(result.standardOutput.hasPrefix("Parcel 990000000001,"))
  }

  @Test(arguments: [
    ["990000000001", "990000000002"], ["990000000001", "75012", "990000000002"],
    ["99000000000175012", "990", "000", "000", "002"],
  ])
  func twoNumbersAreTwoParcels(_ words: [String]) async throws {
    let workspace = try await known()
    let text = try await workspace.run(["parcel"] + words)
    #expect(text.status == Exit.done, "\(text.standardError)")
    #expect(
      text.lines.filter { $0.hasPrefix("Parcel ") }.map { String($0.prefix(19)) }
        == ["Parcel 990000000001", "Parcel 990000000002"])
    let json = try await workspace.run(["parcel", "--json"] + words)
    let parcels = try json.lines.map { try JSONValue($0).parcel }
    #expect(parcels == ["990000000001", "990000000002"], "one object a line")
  }

  @Test func ofSeveralTheUnknownOnesAreNamed() async throws {
    let workspace = try await known()
    let result = try await workspace.run(
      "parcel", "990000000008", "990000000001", "990000000009")
    #expect(result.status == Exit.notFound)
    #expect(result.standardOutput.hasPrefix("Parcel 990000000001,"))
    for number in ["990000000008", "990000000009"] {
      #expect(result.logLines.filter { $0.contains("no parcel \(number)") }.count == 1)
    }
  }
}
