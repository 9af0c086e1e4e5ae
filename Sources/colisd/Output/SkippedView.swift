import Carrier
import Contract
import ParcelStore

// How rows look to users that were counted and not kept.

extension SkippedSummary {
  var json: JSON {
    .object([
      ("account", JSON(account?.account)), ("account_id", JSON(account?.accountID)),
      ("rows", .integer(Int64(rows))), ("latest", .string(WallClock.utc(seconds: latest))),
    ])
  }
}

extension [SkippedSummary] {
  var rows: Int { reduce(0) { $0 + $1.rows } }

  /// How many there are, and of which accounts most are; nil when there are none.
  var sentence: String? {
    guard !isEmpty else { return nil }
    var names = prefix(3).map { entry in
      "\(entry.account.map(\.description) ?? "others") (\(entry.rows))"
    }
    if count > names.count { names.append("…") }
    return "\(rows) rows: \(names.joined(separator: ", ")); colisd held tells what to do"
  }

  /// The accounts, and what to do about those that are the reader's own; empty when there are none.
  /// - Parameter contracts: those of the folder; nil when they can't be read.
  func text(_ contracts: ContractSet?) -> String {
    guard !isEmpty else { return "" }
    var owners: [AccountPair: String] = [:]
    for contract in contracts?.contracts ?? [] {
      for pair in contract.services.compactMap(\.pair) { owners[pair] = contract.id }
    }
    var table = Table(["account", "account ID", "rows", "latest", "contract"], numbers: [2])
    for entry in self {
      table.add([
        entry.account?.account ?? "others", entry.account?.accountID, "\(entry.rows)",
        WallClock.utc(seconds: entry.latest), entry.account.flatMap { owners[$0] },
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
