import ArgumentParser
import Carrier
import Views

/// The message for a command line that can't be understood.
enum CommandLineFault {
  /// - Parameter command: the one that ran and refused its words; nil: the line could not be parsed.
  /// - Returns: nil for any other error.
  static func text(of error: any Error, by command: (any ParsableCommand.Type)?) -> String? {
    guard Colisd.exitCode(for: error) == .validationFailure else { return nil }
    if let command {
      // The parser knows nothing of commands any more, and would show the outermost one's usage.
      return text(Colisd.message(for: error), command)
    }
    return unknownCommand(CommandLine.arguments.dropFirst()) ?? Colisd.fullMessage(for: error)
  }

  /// Where a command is expected and something else stands, the parser hands the word to the default
  /// command, which is astonished.
  private static func unknownCommand(_ arguments: ArraySlice<String>) -> String? {
    var command: any ParsableCommand.Type = Colisd.self
    var isValue = false
    for word in arguments {
      if isValue {
        isValue = false
        continue
      }
      guard !word.hasPrefix("-") else {
        // The only option before a command that has a value of its own.
        guard word == "--config" || word.hasPrefix("--config=") else { return nil }
        isValue = word == "--config"
        continue
      }
      let known = command.configuration.subcommands
      if known.isEmpty { return nil }
      if let next = known.first(where: { $0.configuration.commandName == word }) {
        command = next
        continue
      }
      let names = known.compactMap { $0.configuration.commandName }
      let hint =
        word.nearest(among: names).map { "did you mean '\($0)'?" }
        ?? "it is one of \(names.joined(separator: ", "))"
      return text("there is no command '\(singleLine(word))'; \(hint)", command)
    }
    return nil
  }

  private static func text(_ message: String, _ command: any ParsableCommand.Type) -> String {
    let names = path(to: command, from: Colisd.self) ?? ["colisd"]
    return """
      Error: \(message)
      Usage: \(Colisd.usageString(for: command))
        See '\(names.joined(separator: " ")) --help' for more information.
      """
  }

  /// The names that lead to a command, its own the last.
  private static func path(
    to command: any ParsableCommand.Type, from outer: any ParsableCommand.Type
  ) -> [String]? {
    let name = outer.configuration.commandName ?? ""
    if outer == command { return [name] }
    for inner in outer.configuration.subcommands {
      if let rest = path(to: command, from: inner) { return [name] + rest }
    }
    return nil
  }
}
