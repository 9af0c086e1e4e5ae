import ArgumentParser
import Contract
import ParcelStore
import Views

struct ContractsHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show how a contract came to stand as it does: time, cause and file hash.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Argument(
    help: "The contract's id; also of one that is no more.", completion: KnownWords.contracts)
  var id: String

  func run() async throws {
    let configuration = try options.read()
    if configuration.daemonSocket != nil {
      throw DaemonSocketFault(
        "the daemon does not tell the history of a contract: ask with sudo, as a user who may read the store",
        .refused)
    }
    let changes = try await configuration.openStore(for: .reading).changes(of: id)
    if changes.isEmpty {
      let folder = try ContractFolder.read(configuration.contractsDirectory)
      // A contract that colisd has not read yet has no history.
      if folder.set[id] == nil {
        throw NotFound(contract: id, among: folder.set.contracts.map(\.id))
      }
    }
    output.print(ContractHistory(changes))
  }
}
