import ArgumentParser
import Carrier
import Contract
import Ingest
import ParcelStore

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
    let view = try await ContractsView(folder.set, try configuration.storeIfThere())
    output.print(view.json) { view.text }
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
    guard let contract = folder.set[id] else {
      // It may be the one that can't be read.
      if !folder.unreadable.isEmpty { throw ConfigurationError(folder.unreadable) }
      throw NotFound(contract: id, in: folder)
    }
    let view = try await ContractsView(folder.set, try configuration.storeIfThere())
    output.print(view.json(contract)) { view.details(contract) }
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
    output.print(.array(changes.map(\.json))) {
      changes.isEmpty
        ? "no history yet: colisd has not read this contract\n" : changes.map(\.text).joined()
    }
  }
}

extension NotFound {
  init(contract id: String, in folder: ContractFolder) {
    let known = folder.set.contracts.map(\.id).joined(separator: ", ")
    self.init(
      description: "no contract \(singleLine(id)); there are \(known.isEmpty ? "none" : known)")
  }
}

extension ContractChange {
  var json: JSON {
    .object([
      ("at", .string(WallClock.utc(seconds: at))), ("cause", .string(cause)),
      ("file", JSON(standing.source?.path)),
      ("sha256", JSON(standing.source.map { hexadecimal($0.sha256) })),
      (
        "services",
        .array(
          standing.services.map {
            .object([
              ("service", .string($0.kind.rawValue)), ("account", JSON($0.account)),
              ("account_id", JSON($0.accountID)), ("feed", .string($0.feed.rawValue)),
            ])
          })
      ),
    ])
  }

  var text: String {
    var text = "\(WallClock.utc(seconds: at))  \(singleLine(cause))\n"
    if let source = standing.source {
      text += "  \(singleLine(source.path)), sha256 \(hexadecimal(source.sha256))\n"
    }
    for service in standing.services {
      text += "  \(service.kind.rawValue): \(singleLine(service.account ?? "-")) / "
      text += "\(singleLine(service.accountID ?? "-")), \(service.feed.rawValue)\n"
    }
    return text
  }
}
