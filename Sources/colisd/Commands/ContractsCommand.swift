import ArgumentParser
import Carrier
import Contract
import ParcelStore
import Views

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

struct ContractsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all contracts (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let configuration = try options.read()
    let folder = try ContractFolder.read(configuration.contractsDirectory)
    for problem in folder.unreadable { StandardError.writeLine("colisd: \(problem)") }
    let report = try await ContractsReport.read(folder.set, configuration)
    output.print(report.json) { report.text }
  }
}

struct ContractsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one contract, with what to do next and what to write to the advisor.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The contract's id.")
  var id: String

  func run() async throws {
    let configuration = try options.read()
    let folder = try ContractFolder.read(configuration.contractsDirectory)
    guard folder.set[id] != nil else {
      // It may be the one that can't be read.
      if !folder.unreadable.isEmpty { throw ConfigurationError(folder.unreadable) }
      throw NotFound(contract: id, in: folder)
    }
    let report = try await ContractsReport.read(folder.set, configuration)
    guard let page = report[id] else { throw NotFound(contract: id, in: folder) }
    output.print(page.json) { page.text }
  }
}

struct ContractsHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show how a contract came to stand as it does: time, cause and file hash.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The contract's id; also of one that is no more.")
  var id: String

  func run() async throws {
    let configuration = try options.read()
    let changes = try await configuration.openStore(for: .reading).changes(of: id)
    if changes.isEmpty {
      let folder = try ContractFolder.read(configuration.contractsDirectory)
      // A contract that colisd has not read yet has no history.
      if folder.set[id] == nil { throw NotFound(contract: id, in: folder) }
    }
    let history = ContractHistory(changes)
    output.print(history.json) { history.text }
  }
}

extension NotFound {
  init(contract id: String, in folder: ContractFolder) {
    let known = folder.set.contracts.map(\.id).joined(separator: ", ")
    self.init(
      description: "no contract \(singleLine(id)); there are \(known.isEmpty ? "none" : known)")
  }
}
