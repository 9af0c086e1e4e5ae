import ArgumentParser
import Contract
import Views

struct ContractsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all contracts (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      return try await daemon.show(["contracts"], [], .init(output))
    }
    let folder = try ContractFolder.read(configuration.contractsDirectory)
    for problem in folder.unreadable { StandardError.writeLine("colisd: \(problem)") }
    let report = try await ContractsReport.read(folder.set, configuration)
    output.print(report)
  }
}
