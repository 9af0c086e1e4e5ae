import ArgumentParser
import Carrier
import Contract
import Ingest
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
    commandName: "list",
    abstract: "List the held rows by account and reason, and the skipped ones (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .reading)
    let held = try await store.held()
    let skipped = try await store.skipped()
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
        + skipped.text(rules?.contracts)
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
