import ArgumentParser
import Carrier
import Ingest
import ParcelStore
import Views

/// `colisd held release`: lets rows in that were held.
struct HeldReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Let held rows in whose contracts allow them by now.",
    discussion: """
      A drain and the daemon do so by themselves: at their start, at SIGHUP, and when a file of the \
      contracts' folder changes. Rows that no contract allows stay held. May be given while the daemon \
      runs.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .customLong("account-id"), help: "Only rows of this account ID.",
    completion: KnownWords.accountIDs)
  var accountID: String?

  func run() async throws {
    let configuration = try options.read()
    let logger = configuration.logger()
    let rules = try configuration.loadRules(logger)
    let store = try await configuration.openStore(for: .maintaining)
    if let accountID {
      let accounts = try await store.heldAccounts().map(\.account.accountID)
      guard accounts.contains(accountID) else { throw NotFound(heldRowsOf: accountID) }
    }
    let log = EventLog(logger: logger, bar: ProgressBar())
    let upkeep = ContractUpkeep(store: store, observer: log, now: currentTime)
    let accountID = accountID
    let released = try await withStopSignals { try await upkeep.run(rules, accountID: accountID) }
    log.bar?.finish()
    let left = try await store.held().filter {
      accountID == nil || $0.account.accountID == accountID
    }
    let lines = released.map {
      ReleaseReport.Line(
        account: $0.account, service: $0.service, new: $0.counts.eventsNew,
        repeated: $0.counts.eventsRepeated)
    }
    StandardOutput.write(ReleaseReport(lines, left: left.reduce(0) { $0 + $1.rows }).text)
  }
}
