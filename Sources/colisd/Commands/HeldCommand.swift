import ArgumentParser
import ParcelStore

/// `colisd held`: rows that may not come in yet.
struct HeldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "held", abstract: "List, release or discard the rows that are held.",
    subcommands: [HeldListCommand.self, HeldReleaseCommand.self, HeldDiscardCommand.self],
    defaultSubcommand: HeldListCommand.self)
}
