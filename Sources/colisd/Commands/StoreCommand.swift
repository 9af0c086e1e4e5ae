import ArgumentParser

/// `colisd store`: what is done to the store as a whole.
struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Look after the store as a whole.",
    subcommands: [StoreCheckCommand.self, StoreCopyCommand.self])
}
