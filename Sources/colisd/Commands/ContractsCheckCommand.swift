import ArgumentParser
import Contract

/// `colisd contracts check`: every problem of the contract files, and of nothing else.
struct ContractsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the contract files alone: every problem, with its place."
  )

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let directory = try options.read().contractsDirectory
    // A file's own problem is also one of the folder where it stops everything.
    var problems: Set<ConfigurationProblem> = []
    var count = 0
    do throws(ConfigurationError) {
      count = try ContractFolder.read(directory).set.contracts.count
    } catch {
      problems.formUnion(error.problems)
    }
    // The folder as a whole gives none when one of them stops everything.
    for file in (try? ContractFolder.files(in: directory)) ?? [] {
      problems.formUnion(file.problems)
      for secret in file.secrets {
        do throws(ConfigurationError) {
          _ = try secret.resolve()
        } catch {
          problems.formUnion(error.problems)
        }
      }
    }

    let sorted = ConfigurationError(Array(problems)).problems
    output.print(
      .object([
        ("ok", .bool(sorted.isEmpty)),
        (
          "problems",
          .array(
            sorted.map {
              .object([
                ("file", .string($0.file)), ("line", JSON($0.place?.line)),
                ("column", JSON($0.place?.column)), ("text", .string($0.sentence)),
              ])
            })
        ),
      ])
    ) {
      sorted.isEmpty
        ? "\(count) \(count == 1 ? "contract" : "contracts") in \(singleLine(directory)), all good\n"
        : sorted.map { "\(singleLine($0.description))\n" }.joined()
    }
    if !sorted.isEmpty { throw ExitStatus.configuration }
  }
}
