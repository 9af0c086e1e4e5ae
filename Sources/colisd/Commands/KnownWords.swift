import ArgumentParser
import Contract
import Foundation
import ParcelStore
import Status

/// What a shell offers for the values of options: statuses, states, and what the configuration names. Where
/// there is no configuration, or it can't be read, nothing is offered and nothing is said.
enum KnownWords {
  /// One or several, as in `delivered,returned`.
  static var statuses: CompletionKind {
    offer { _, typed in
      let begun = typed.lastIndex(of: ",").map { String(typed[...$0]) } ?? ""
      let taken = begun.split(separator: ",")
      return ParcelStatus.allCases.map(\.name)
        .filter { name in !taken.contains { $0 == name } }.map { begun + $0 }
    }
  }

  static var states: CompletionKind { .list(FileState.allCases.map(\.rawValue)) }

  static var contracts: CompletionKind {
    offer { words, _ in folder(words)?.set.contracts.map(\.id) ?? [] }
  }

  static var accountIDs: CompletionKind {
    offer { words, _ in
      let services = folder(words)?.set.contracts.flatMap(\.services) ?? []
      return Set(services.compactMap(\.accountID)).sorted()
    }
  }

  static var sources: CompletionKind {
    offer { words, _ in configuration(words)?.sources.map(\.name) ?? [] }
  }

  static var endpoints: CompletionKind {
    offer { words, _ in configuration(words)?.webhooks.map(\.name) ?? [] }
  }

  /// - Parameter find: is given the words of the command line, and what is typed of the value.
  private static func offer(
    _ find: @escaping @Sendable (_ words: [String], _ typed: String) -> [String]
  ) -> CompletionKind {
    let complete: @Sendable ([String], Int, String) -> [String] = { words, _, typed in
      find(words, typed)
    }
    return .custom(complete)
  }

  private static func configuration(_ words: [String]) -> Configuration? {
    var path =
      ProcessInfo.processInfo.environment["COLISD_CONFIG"] ?? Configuration.defaultPath
    for (word, next) in zip(words, words.dropFirst() + [""]) {
      if word == "--config", !next.isEmpty { path = next }
      if word.hasPrefix("--config=") { path = String(word.dropFirst("--config=".count)) }
    }
    return (try? ConfigurationReading(path))?.configuration
  }

  private static func folder(_ words: [String]) -> ContractFolder? {
    guard let configuration = configuration(words) else { return nil }
    return try? ContractFolder.read(configuration.contractsDirectory)
  }
}
