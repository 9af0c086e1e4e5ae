import ArgumentParser
import Contract
import Views

/// `colisd contracts check`: every problem of the contract files, and of nothing else.
struct ContractsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the contract files alone: every problem, with its place."
  )

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  func run() throws {
    let directory = try options.readContracts()
    let folder = try ContractFolder.read(directory)
    let count = folder.set.contracts.count + folder.set.namesakes.count
    var problems = Set(folder.incomplete)
    for secret in folder.secrets {
      do throws(ConfigurationError) {
        _ = try secret.resolve()
      } catch {
        problems.formUnion(error.problems)
      }
    }

    let sorted = ConfigurationError(Array(problems)).problems
    let objects = sorted.map { problem in
      JSON.object([
        ("file", .string(problem.file)), ("line", JSON(problem.place?.line)),
        ("column", JSON(problem.place?.column)), ("text", .string(problem.sentence)),
      ])
    }
    output.print(
      .object([("ok", .bool(sorted.isEmpty)), ("problems", .array(objects))]),
      csv: { CSVText.bytes(objects, titles: ["file", "line", "column", "text"]) },
      otherwise: {
        folder.notes.map { "note: \($0)\n" }.joined()
          + (sorted.isEmpty
            ? "\(count) \(count == 1 ? "contract" : "contracts") in \(singleLine(directory)), all good\n"
            : sorted.map { "\(singleLine($0.description))\n" }.joined())
      })
    if !sorted.isEmpty { throw ExitStatus.configuration }
  }
}
