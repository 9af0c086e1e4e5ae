import ArgumentParser

/// `colisd map`: what helps to write a status map.
struct MapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Help to write a status map.",
    subcommands: [MapDraftCommand.self])
}
