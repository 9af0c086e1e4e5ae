import Carrier
import Contract
import ParcelStore

/// Rows of unknown accounts that were counted and not kept.
public struct SkippedList: Listed {
  public let accounts: [SkippedSummary]

  public init(_ accounts: [SkippedSummary]) { self.accounts = accounts }

  public var rows: Int { accounts.reduce(0) { $0 + $1.rows } }

  public static let keys = [
    "account", "account_id", "rows", "latest",
  ]

  public var objects: [JSON] {
    accounts.map {
      .object([
        ("account", JSON($0.account?.account)), ("account_id", JSON($0.account?.accountID)),
        ("rows", JSON($0.rows)), ("latest", JSON(utc: $0.latest)),
      ])
    }
  }

  public var text: String { accounts.isEmpty ? "no rows were skipped\n" : text(nil) }

  /// How many there are, and which accounts most of them belong to; nil when there are none.
  public var sentence: String? {
    guard !accounts.isEmpty else { return nil }
    var names = accounts.prefix(3).map { entry in
      "\(entry.account.map(\.description) ?? "others") (\(entry.rows))"
    }
    if accounts.count > names.count { names.append("…") }
    return "\(rows) rows: \(names.joined(separator: ", ")); colisd held tells what to do"
  }

  /// The accounts, and what to do about those that are the reader's own; empty when there are none.
  /// - Parameter contracts: those of the folder; nil when they can't be read.
  public func text(_ contracts: ContractSet?) -> String {
    guard !accounts.isEmpty else { return "" }
    var owners: [AccountPair: String] = [:]
    for contract in contracts?.contracts ?? [] {
      for pair in contract.services.compactMap(\.pair) { owners[pair] = contract.id }
    }
    var table = Table(["account", "account ID", "rows", "latest", "contract"], numbers: [2])
    for entry in accounts {
      table.add([
        entry.account?.account ?? "others", entry.account?.accountID, "\(entry.rows)",
        TextForm.time(entry.latest), entry.account.flatMap { owners[$0] },
      ])
    }
    return """
      skipped: \(rows) rows of unknown accounts were counted and not kept (contracts.unknown-accounts: skip)
      \(table.text)\
      note: is one of these accounts yours, add a contract for it (colisd contracts new); what was skipped \
      comes in when its file is read again (colisd files retry, or colisd ingest with a copy)

      """
  }
}
