import Contract
import Foundation
import Ingest
import Status
import TrackingFile

/// Reads what files are read by: layout, status map and contracts.
struct RulesLoader: Sendable {
  let configuration: Configuration

  /// What was read, and what is wrong without stopping anything but rows of single contracts.
  struct Result: Sendable {
    var rules: Rules
    var incomplete: [ConfigurationProblem]
    /// Contract files that can't be read as such, and what contracts claim of each other; they are among
    /// `incomplete`.
    var unreadable: [ConfigurationProblem]
    /// What stands in the folder of contracts and is not taken for one.
    var notTaken: [ConfigurationProblem]
    /// Where the contracts' secrets are; tracking needs none of them.
    var secrets: [SecretReference]

    /// Whether the same was read as before.
    func isSame(as rules: Rules) -> Bool {
      self.rules.layout == rules.layout && self.rules.statusMap == rules.statusMap
        && self.rules.contracts.hasUnreadable == rules.contracts.hasUnreadable
        && self.rules.contracts.sources == rules.contracts.sources
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
    let layout = part(configuration.readLayout)
    let statusMap = part(configuration.readStatusMap)
    let contracts = part(configuration.readContracts)
    guard let layout, let statusMap, let contracts else { throw ConfigurationError(problems) }
    return Result(
      rules: Rules(
        layout: layout, statusMap: statusMap, contracts: contracts.set,
        unknownAccounts: configuration.skipsUnknownAccounts ? .skip : .hold,
        settle: configuration.poll.settle, heldRetention: configuration.heldRetention,
        occasion: occasion),
      incomplete: contracts.incomplete, unreadable: contracts.unreadable,
      notTaken: contracts.notTaken, secrets: contracts.secrets)
  }
}

extension Configuration {
  func readLayout() throws(ConfigurationError) -> Layout {
    switch layout {
    case .builtIn: Layout.colisPrive
    case .file(let path): try LayoutFile.read(path)
    }
  }

  func readStatusMap() throws(ConfigurationError) -> StatusMap {
    if let path = statusMapFile { try StatusMapFile.read(path) } else { .builtIn }
  }

  func readContracts() throws(ConfigurationError) -> ContractFolder {
    try ContractFolder.read(contractsDirectory)
  }
}
