import Contract
import Ingest
import ParcelStore
import Views

extension ContractsReport {
  /// The contracts of a folder beside what the store knows of their feeds.
  static func read(
    _ contracts: ContractSet, _ configuration: Configuration
  ) async throws -> ContractsReport {
    let store = try await configuration.storeIfThere()
    return ContractsReport(contracts, try await FeedKnowledge(of: contracts, from: store))
  }

  /// The contracts and their feeds, also where contracts can't be read now.
  struct Lenient {
    var report: ContractsReport
    var contracts = ContractSet([])
    /// Why contracts can't be read. Of these the report has what was noted last.
    var unreadable: [ConfigurationProblem] = []
  }

  /// - Parameter reading: of whoever asks again and again.
  static func readLeniently(
    _ configuration: Configuration, _ store: (any StoreReader)?,
    _ reading: ContractsReading = ContractsReading()
  ) async throws -> Lenient {
    var contracts = ContractSet([])
    var unreadable: [ConfigurationProblem] = []
    do throws(ConfigurationError) {
      let folder = try reading.folder(configuration.contractsDirectory)
      contracts = folder.set
      unreadable = folder.unreadable
    } catch {
      unreadable = error.problems
    }
    let report = try await read(
      contracts, hasUnreadable: !unreadable.isEmpty, store, rhythms: reading.rhythms)
    return Lenient(report: report, contracts: contracts, unreadable: unreadable)
  }

  /// The contracts that could be read, and their feeds.
  /// - Parameters:
  ///   - hasUnreadable: whether there are others; their feeds are as they were noted last.
  ///   - store: nil: there is none yet.
  static func read(
    _ contracts: ContractSet, hasUnreadable: Bool, _ store: (any StoreReader)?,
    rhythms: RhythmMemory = RhythmMemory()
  ) async throws -> ContractsReport {
    let knowledge = try await FeedKnowledge(of: contracts, from: store, rhythms: rhythms)
    var report = ContractsReport(contracts, knowledge)
    guard hasUnreadable, let store else { return report }
    let isInForce = try await store.readNote(RulesNotes.error) != nil
    for standing in try await store.standings() where contracts[standing.contract] == nil {
      report.add(standing, isInForce: isInForce)
    }
    return report
  }
}
