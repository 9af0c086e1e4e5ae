import ArgumentParser
import Contract
import Views

struct ContractsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one contract, with what to do next and what to write to the advisor.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The contract's id.", completion: KnownWords.contracts)
  var id: String

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      return try await daemon.show(["contracts", id], [], .init(output))
    }
    let folder = try ContractFolder.read(configuration.contractsDirectory)
    guard folder.set[id] != nil else {
      // It may be the one that can't be read.
      if !folder.unreadable.isEmpty { throw ConfigurationError(folder.unreadable) }
      throw NotFound(contract: id, among: folder.set.contracts.map(\.id))
    }
    let report = try await ContractsReport.read(folder.set, configuration)
    guard let page = report[id] else {
      throw NotFound(contract: id, among: folder.set.contracts.map(\.id))
    }
    output.print(page.json) { page.text }
  }
}
