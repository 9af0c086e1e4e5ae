import Carrier
import Contract
import ParcelStore
import TrackingFile

/// Rows that may not come in yet: a page of a list that may be long.
public struct HeldRowList: Listed {
  public let rows: [HeldRow]
  /// Whether the list begins with this page.
  private let isFirst: Bool

  public init(_ rows: [HeldRow], isFirst: Bool = true) {
    self.rows = rows
    self.isFirst = isFirst
  }

  public static let keys = [
    "account", "account_id", "reason", "received_at", "file", "line", "raw",
  ]

  public var objects: [JSON] { rows.map(\.json) }

  /// A table, with its header on the first page.
  public var text: String {
    var table = Table(
      ["account", "account ID", "reason", "received at", "file", "line", "raw"], numbers: [5],
      hasHeader: isFirst, least: ["raw", "file"])
    for row in rows {
      table.add([
        row.account.account.account, row.account.account.accountID, row.account.reason.rawValue,
        TextForm.time(row.receivedAt), row.file, "\(row.line)", row.rawText,
      ])
    }
    return table.text
  }
}

extension HeldRow {
  /// The bytes as text, as far as they are text.
  fileprivate var rawText: String { TextEncoding.auto.decode(raw[...]) }

  fileprivate var json: JSON {
    .object([
      ("account", .string(account.account.account)),
      ("account_id", .string(account.account.accountID)),
      ("reason", .string(account.reason.rawValue)), ("received_at", JSON(utc: receivedAt)),
      ("file", .string(file)), ("line", JSON(line)), ("raw", .string(rawText)),
    ])
  }
}
