import ArgumentParser
import Carrier
import Contract
import Ingest
import ParcelStore

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

  @Option(name: .customLong("account-id"), help: "Only rows of this account ID.")
  var accountID: String?

  func run() async throws {
    let configuration = try options.read()
    let logger = configuration.logger()
    let rules = try configuration.loadRules(logger)
    let store = try configuration.openStore(for: .maintaining)
    if let accountID {
      let accounts = try await store.heldAccounts().map(\.account.accountID)
      guard accounts.contains(accountID) else { throw NotFound(heldRowsOf: accountID) }
    }
    let log = EventLog(logger: logger, bar: ProgressBar())
    let upkeep = Upkeep(store: store, observer: log, now: currentTime)
    let accountID = accountID
    let released = try await withStopSignals { try await upkeep.run(rules, accountID: accountID) }
    log.bar?.finish()
    var table = Table(
      ["account", "account ID", "contract", "service", "new", "repeated"], numbers: [4, 5])
    for rows in released {
      table.add([
        rows.account.account, rows.account.accountID, rows.service.contract,
        rows.service.kind.rawValue, "\(rows.counts.eventsNew)", "\(rows.counts.eventsRepeated)",
      ])
    }
    if !released.isEmpty { StandardOutput.write(table.text) }
    let left = try await store.held().filter {
      accountID == nil || $0.account.accountID == accountID
    }
    let rows = left.reduce(0) { $0 + $1.rows }
    StandardOutput.writeLine(
      (released.isEmpty ? "nothing to release; " : "")
        + (rows == 0
          ? "nothing is held any more"
          : "\(countedRows(rows)) \(rows == 1 ? "stays" : "stay") held: colisd held tells why"))
  }
}

extension NotFound {
  init(heldRowsOf accountID: String) {
    self.init(
      description: "no held rows of account ID \(singleLine(accountID)); colisd held lists them")
  }
}

/// A number of rows, for a sentence.
func countedRows(_ rows: Int) -> String { rows == 1 ? "1 row" : "\(rows) rows" }
