import ArgumentParser

/// `colisd layout`: what helps to write a layout.
struct LayoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layout", abstract: "Help to write a layout.",
    subcommands: [LayoutGuessCommand.self])
}
