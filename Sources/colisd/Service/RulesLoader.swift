import Contract
import Foundation
import Ingest
import Status
import Synchronization
import TrackingFile

/// Reads what files are read by: layout, status map and contracts.
struct RulesLoader: Sendable {
  let configuration: Configuration

  /// What was read, and what is wrong without stopping anything: contracts that are not complete.
  struct Result: Sendable {
    var rules: Rules
    var incomplete: [ConfigurationProblem]
  }

  /// - Throws: every fault that makes the rules as a whole unusable.
  func load() throws(ConfigurationError) -> Result {
    let layout: Layout
    switch configuration.layout {
    case .builtIn: layout = .colisPrive
    case .file(let path): layout = try LayoutFile.read(path)
    }
    let statusMap: StatusMap =
      if let path = configuration.statusMapFile { try StatusMapFile.read(path) } else { .builtIn }
    let contracts = try ContractFolder.read(configuration.contractsDirectory)
    return Result(
      rules: Rules(
        layout: layout, statusMap: statusMap, contracts: contracts.set,
        unknownAccounts: configuration.skipsUnknownAccounts ? .skip : .hold,
        settle: configuration.poll.settle),
      incomplete: contracts.incomplete)
  }
}

/// The rules in force, exchanged as a whole.
final class RulesInForce: Sendable {
  private let rules: Mutex<Rules>

  init(_ rules: Rules) { self.rules = Mutex(rules) }

  var current: Rules { rules.withLock { $0 } }

  func replace(by new: Rules) { rules.withLock { $0 = new } }
}
