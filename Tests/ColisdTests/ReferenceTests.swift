import Foundation
import TestSupport
import Testing

/// The reference of the commands: docs/commands.md and the man page.
@Suite struct ReferenceTests {
  private let page = clone.appending(path: "packaging/colisd.1").path

  @Test func whatIsCommittedIsWhatTheProgramSaysOfItself() async throws {
    let folder = try TemporaryDirectory()
    let made = try await run(
      clone.appending(path: "docs/make-reference").path,
      arguments: [Program.path(), folder.path], environment: Program.environment())
    try #require(made.status == 0, "\(made.standardError)")
    for (name, committed) in [
      ("commands.md", "docs/commands.md"), ("colisd.1", "packaging/colisd.1"),
    ] {
      let new = try Data(contentsOf: URL(filePath: folder.file(name)))
      let old = try Data(contentsOf: clone.appending(path: committed))
      #expect(new == old, "\(committed) is not up to date: make reference")
    }
  }

  @Test func everyCommandIsInBoth() async throws {
    let help = try await run(
      Program.path(), arguments: ["--experimental-dump-help"], environment: Program.environment())
    let commands = try JSONValue(help.standardOutput).command.subcommands.elements
      .compactMap(\.commandName.string).filter { $0 != "help" }
    try #require(commands.count > 15)
    let reference = try String(
      contentsOf: clone.appending(path: "docs/commands.md"), encoding: .utf8)
    let manual = try String(contentsOfFile: page, encoding: .utf8)
    for command in commands {
      #expect(reference.contains("\n### `colisd \(command)`\n"), "\(command)")
      #expect(manual.contains("\n.SS \(command)\n"), "\(command)")
    }
  }

  @Test func theManPageIsReadWithoutAWarning() async throws {
    var environment = Program.environment()
    environment["MANWIDTH"] = "80"
    let shown = try await run(
      "/usr/bin/man", arguments: ["--warnings", "-E", "UTF-8", "-l", page],
      environment: environment)
    #expect(shown.status == 0)
    #expect(shown.standardError == "")
    #expect(shown.standardOutput.contains("Colis Privé"))
    let checked = try await run("/usr/bin/mandoc", arguments: ["-T", "lint", page])
    #expect(checked.standardOutput + checked.standardError == "")
  }
}
