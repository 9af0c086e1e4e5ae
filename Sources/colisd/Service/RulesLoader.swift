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
      self.rules.layout == rules.layout && self.rules.ofSources == rules.ofSources
        && self.rules.statusMap == rules.statusMap
        && self.rules.contracts.hasUnreadable == rules.contracts.hasUnreadable
        && self.rules.contracts.sources == rules.contracts.sources
    }
  }

  /// - Parameter occasion: what made it read, in words: `at start`.
  /// - Throws: every fault that makes the rules as a whole unusable.
  func load(_ occasion: String = "at start") throws(ConfigurationError) -> Result {
    var problems: [ConfigurationProblem] = []
    /// Goes on after a mistake, so that all of them are reported at once.
    func part<T>(_ read: () throws(ConfigurationError) -> T) -> T? {
      do throws(ConfigurationError) {
        return try read()
      } catch {
        problems += error.problems
        return nil
      }
    }
    // Where several sources have the same layout, each mistake in it is reported once.
    let choices = [configuration.layout] + configuration.sources.map(\.layout)
    var layouts: [Configuration.LayoutChoice: Layout] = [:]
    var tried: Set<Configuration.LayoutChoice> = []
    for choice in choices where tried.insert(choice).inserted {
      layouts[choice] = part(choice.read)
    }
    let layout = layouts[configuration.layout]
    let statusMap = part(configuration.readStatusMap)
    let contracts = part(configuration.readContracts)
    guard problems.isEmpty, let layout, let statusMap, let contracts else {
      throw ConfigurationError(problems)
    }
    var rules = Rules(
      reading: ReadingRules(layout: layout, settle: .none), statusMap: statusMap,
      contracts: contracts.set,
      unknownAccounts: configuration.skipsUnknownAccounts ? .skip : .hold, occasion: occasion)
    rules.heldRetention = configuration.heldRetention
    rules.rawRetention = configuration.rawRetention
    rules.eventRetention = configuration.eventRetention
    for source in configuration.sources {
      rules.ofSources[source.name] = layouts[source.layout].map {
        ReadingRules(layout: $0, settle: source.poll.settle)
      }
    }
    return Result(
      rules: rules,
      incomplete: contracts.incomplete, unreadable: contracts.unreadable,
      notTaken: contracts.notTaken, secrets: contracts.secrets)
  }
}
