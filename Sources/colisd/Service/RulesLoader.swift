import Contract
import Foundation
import Ingest
import Status
import TrackingFile

/// Reads what files are read by: layout, status map and contracts.
struct RulesLoader: Sendable {
  let configuration: Configuration

  /// What was read, and what is wrong without stopping anything: contracts that are not complete.
  struct Result: Sendable {
    var rules: Rules
    var incomplete: [ConfigurationProblem]
    /// Contract files that can't be read as such; they are among `incomplete`.
    var unreadable: [ConfigurationProblem]
    /// Where the contracts' secrets are; tracking needs none of them.
    var secrets: [SecretReference]

    /// Whether the same was read as before.
    func isSame(as rules: Rules) -> Bool {
      unreadable.isEmpty && self.rules.layout == rules.layout
        && self.rules.statusMap == rules.statusMap
        && self.rules.contracts.contracts.map(\.source) == rules.contracts.contracts.map(\.source)
    }
  }

  /// - Parameter occasion: what made it read, in words: `at start`.
  /// - Throws: every fault that makes the rules as a whole unusable.
  func load(_ occasion: String = "at start") throws(ConfigurationError) -> Result {
    var problems: [ConfigurationProblem] = []
    /// Goes on after a fault, so that all of them are told at once.
    func part<T>(_ read: () throws(ConfigurationError) -> T) -> T? {
      do throws(ConfigurationError) {
        return try read()
      } catch {
        problems += error.problems
        return nil
      }
    }
    let layout = part { () throws(ConfigurationError) -> Layout in
      switch configuration.layout {
      case .builtIn: Layout.colisPrive
      case .file(let path): try LayoutFile.read(path)
      }
    }
    let statusMap = part { () throws(ConfigurationError) -> StatusMap in
      if let path = configuration.statusMapFile { try StatusMapFile.read(path) } else { .builtIn }
    }
    let contracts = part { () throws(ConfigurationError) -> ContractFolder in
      try ContractFolder.read(configuration.contractsDirectory)
    }
    guard let layout, let statusMap, let contracts else { throw ConfigurationError(problems) }
    return Result(
      rules: Rules(
        layout: layout, statusMap: statusMap, contracts: contracts.set,
        unknownAccounts: configuration.skipsUnknownAccounts ? .skip : .hold,
        settle: configuration.poll.settle, heldRetention: configuration.heldRetention,
        occasion: occasion),
      incomplete: contracts.incomplete, unreadable: contracts.unreadable, secrets: contracts.secrets
    )
  }

  /// Reads again what was in force: all of it or none. A contract that is not complete holds its own
  /// rows; a file that can't be read as a contract at all might be any of those in force, so that
  /// nothing changes then.
  func reload(_ occasion: String) throws(ConfigurationError) -> Result {
    let result = try load(occasion)
    if !result.unreadable.isEmpty { throw ConfigurationError(result.unreadable) }
    return result
  }
}
