import ArgumentParser
import Contract
import Glibc
import Ingest
import Logging
import ParcelStore
import TrackingFile

/// `colisd held`: rows that may not come in yet.
struct HeldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "held", abstract: "List, release or discard the rows that are held.",
    subcommands: [HeldListCommand.self, HeldReleaseCommand.self, HeldDiscardCommand.self],
    defaultSubcommand: HeldListCommand.self)
}

struct HeldListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the held rows by account and reason (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .reading)
    let held = try await store.held()
    let files = try await store.files(state: .held)
    // Only hints: what can't be read is `colisd check`'s affair.
    let rules = try? RulesLoader(configuration: configuration).load().rules
    let near = NearMatchIndex(rules?.contracts ?? ContractSet([]))
    let ofFiles = Set(files.compactMap { rules?.layout.path?.account(in: $0.path) })
    func matches(_ entry: HeldSummary) -> [NearMatch] {
      entry.reason == .unknownAccount ? near.matches(of: entry.account) : []
    }
    output.print(.array(held.map { $0.json(matches($0)) })) {
      var table = Table(["account", "account ID", "reason", "rows", "oldest"], numbers: [3])
      for entry in held {
        table.add([
          entry.account.account, entry.account.accountID, entry.reason.rawValue, "\(entry.rows)",
          WallClock.utc(seconds: entry.oldest),
        ])
      }
      let unknown = held.filter { $0.reason == .unknownAccount }.map(\.account)
      let hints = (unknown + ofFiles.subtracting(unknown)).compactMap { account in
        near.matches(of: account).first.map {
          "note: \(singleLine($0.sentence(for: account)))\n"
        }
      }
      let filesNote =
        files.isEmpty
        ? ""
        : "note: files that are not fetched: \(files.count); colisd files --state held lists them\n"
      return (held.isEmpty ? "no rows are held\n" : table.text) + hints.joined() + filesNote
    }
  }
}

struct HeldReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Let held rows in whose contracts allow them by now.",
    discussion: """
      A drain and the daemon do so by themselves: at their start, at SIGHUP, and when a file of the \
      contracts' folder changes. Rows that no contract allows stay held.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .customLong("account-id"), help: "Only rows of this account ID.")
  var accountID: String?

  func run() async throws {
    let configuration = try options.read()
    let logger = configuration.logger()
    let rules = try configuration.loadRules(logger)
    let store = try configuration.openStoreToChangeHeldRows()
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
          ? "nothing is held any more" : "\(counted(rows)) held: colisd held tells why"))
  }

  private func counted(_ rows: Int) -> String { rows == 1 ? "1 row stays" : "\(rows) rows stay" }
}

struct HeldDiscardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard",
    abstract: "Throw held rows of an account ID away; asks first on a terminal.")

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .customLong("account-id"), help: "The account ID whose rows are thrown away.")
  var accountID: String

  @Option(help: "Only rows of this account (category) under the account ID.")
  var account: String?

  @Flag(name: .long, help: "Do not ask. Needed where there is no terminal.")
  var yes = false

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStoreToChangeHeldRows()
    let meant = try await store.held().filter {
      $0.account.accountID == accountID && (account == nil || $0.account.account == account)
    }
    let rows = meant.reduce(0) { $0 + $1.rows }
    guard rows > 0 else {
      throw NotFound(heldRowsOf: accountID)
    }
    if !yes { try confirm(meant, rows) }
    let discarded = try await store.discardHeld(
      HeldSelection(accountID: accountID, account: account))
    configuration.logger().notice(
      "row.held",
      metadata: ["account_id": "\(accountID)", "rows": "\(discarded)", "reason": "discarded"])
    StandardOutput.writeLine(
      "discarded \(Self.counted(discarded)) of account ID \(singleLine(accountID))")
  }

  private static func counted(_ rows: Int) -> String { rows == 1 ? "1 row" : "\(rows) rows" }

  /// Shows what is meant, and has the account ID typed again.
  private func confirm(_ meant: [HeldSummary], _ rows: Int) throws {
    guard isatty(STDIN_FILENO) == 1 else {
      throw ValidationError(
        "there is no terminal to ask on: add --yes to discard \(Self.counted(rows)) for good")
    }
    for entry in meant {
      StandardError.writeLine(
        "\(Self.counted(entry.rows)) of account \(entry.account) (\(entry.reason.rawValue)), the oldest of "
          + WallClock.utc(seconds: entry.oldest))
    }
    StandardError.writeLine(
      "They will be gone for good. Type the account ID \(accountID) to go on:")
    guard (try? Terminal().line()) == accountID else {
      StandardError.writeLine("nothing was discarded")
      throw ExitCode.validationFailure
    }
  }
}

extension NotFound {
  fileprivate init(heldRowsOf accountID: String) {
    self.init(
      description: "no held rows of account ID \(singleLine(accountID)); colisd held lists them")
  }
}

extension Configuration {
  /// Opens the store for writing; says what to do when the daemon holds it.
  fileprivate func openStoreToChangeHeldRows() throws(StoreError) -> SQLiteStore {
    do throws(StoreError) {
      return try openStore(for: .writing)
    } catch {
      var error = error
      if error.kind == .leased {
        error.advice +=
          "; a running daemon releases rows by itself, and systemctl reload colisd makes it look now"
      }
      throw error
    }
  }
}

extension HeldSummary {
  func json(_ near: [NearMatch]) -> JSON {
    .object([
      ("account", .string(account.account)), ("account_id", .string(account.accountID)),
      ("reason", .string(reason.rawValue)), ("rows", .integer(Int64(rows))),
      ("oldest", .string(WallClock.utc(seconds: oldest))),
      (
        "near",
        .array(
          near.map {
            .object([
              ("contract", .string($0.contract)), ("service", .string($0.service.rawValue)),
              ("account", .string($0.pair.account)), ("account_id", .string($0.pair.accountID)),
              ("difference", .string($0.difference.rawValue)),
            ])
          })
      ),
    ])
  }
}
