import Carrier
import TrackingFile

/// Which row an account pair has.
package struct AccountNumbers: Sendable {
  private var table = AccountTable()
  private var rows: [Int64] = []

  package init() {}

  package subscript(pair: AccountPair) -> Int64? { table.number(of: pair).map { rows[$0] } }

  /// Adds a pair that is not there yet.
  package mutating func append(_ row: Int64, for pair: AccountPair) {
    // What does not fit is looked up in the database again.
    if table.count >= Self.limit {
      table.removeAll()
      rows = []
    }
    _ = table.append(pair)
    rows.append(row)
  }

  private static let limit = 1 << 16
}
