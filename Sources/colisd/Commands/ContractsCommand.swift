import ArgumentParser
import Contract

/// `colisd contracts`: each service with its feed and its methods.
struct ContractsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contracts", abstract: "List the contracts with the state of their feeds.",
    subcommands: [
      ContractsListCommand.self, ContractsShowCommand.self, ContractsNewCommand.self,
      ContractsCheckCommand.self, ContractsHistoryCommand.self,
    ],
    defaultSubcommand: ContractsListCommand.self)
}
