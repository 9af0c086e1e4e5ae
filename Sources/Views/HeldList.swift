import Carrier
import Contract
import ParcelStore

/// Rows and files that may not come in yet, and rows that were counted and not kept.
public struct HeldList: Listed {
  public var held: [HeldSummary]
  public var skipped = SkippedList([])
  /// Files that are not fetched, because the account in their path may not come in.
  public var files = 0
  /// The accounts that the paths of these files name.
  public var accountsOfFiles: Set<AccountPair> = []
  /// Nil where they can't be read; then nothing is said of accounts that are nearly theirs.
  public var contracts: ContractSet?

  public init(_ held: [HeldSummary]) { self.held = held }

  private var nearMatches: NearMatchIndex { NearMatchIndex(contracts ?? ContractSet([])) }

  public static let keys = [
    "account", "account_id", "reason", "rows", "oldest", "near",
  ]

  public var objects: [JSON] {
    let near = nearMatches
    return held.map { $0.json($0.reason == .unknownAccount ? near.matches(of: $0.account) : []) }
  }

  public var text: String {
    var text = held.isEmpty ? "no rows are held\n" : table.text
    let near = nearMatches
    let unknown = held.filter { $0.reason == .unknownAccount }.map(\.account)
    for account in unknown + accountsOfFiles.subtracting(unknown) {
      guard let match = near.matches(of: account).first else { continue }
      text += "note: \(singleLine(match.sentence(for: account)))\n"
    }
    if files > 0 {
      text += "note: files that are not fetched: \(files); colisd files --state held lists them\n"
    }
    return text + skipped.text(contracts)
  }

  private var table: Table {
    var table = Table(["account", "account ID", "reason", "rows", "oldest"], numbers: [3])
    for entry in held {
      table.add([
        entry.account.account, entry.account.accountID, entry.reason.rawValue, "\(entry.rows)",
        TextForm.time(entry.oldest),
      ])
    }
    return table
  }
}

extension HeldSummary {
  fileprivate func json(_ near: [NearMatch]) -> JSON {
    .object([
      ("account", .string(account.account)), ("account_id", .string(account.accountID)),
      ("reason", .string(reason.rawValue)), ("rows", JSON(rows)), ("oldest", JSON(utc: oldest)),
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
