import ArgumentParser

/// `colisd files`: the ledger.
struct FilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files",
    abstract:
      "List the ledger of files, have one read again, take one off the list, or get one back.",
    subcommands: [
      FilesListCommand.self, FilesRetryCommand.self, FilesDismissCommand.self,
      FilesRawCommand.self,
    ],
    defaultSubcommand: FilesListCommand.self)
}
