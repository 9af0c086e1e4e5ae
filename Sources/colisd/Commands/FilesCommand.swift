import ArgumentParser

/// `colisd files`: the ledger.
struct FilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files",
    abstract: "List the ledger of files, have one read again, or take one off the list.",
    subcommands: [FilesListCommand.self, FilesRetryCommand.self, FilesDismissCommand.self],
    defaultSubcommand: FilesListCommand.self)
}
