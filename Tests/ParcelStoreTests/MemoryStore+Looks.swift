import Carrier
import Contract
import ParcelStore

/// Looks at held rows, and rows that were counted and not kept.
extension MemoryStore {
  func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor? {
    guard heldRows.values.contains(where: { $0.account == account }) else { return nil }
    var start = HeldCursor()
    if let look = heldLooks[account], look.isWhole {
      guard let file = look.fromFile else { return nil }
      start = HeldCursor(file: file.rawValue, line: 0)
    }
    heldLooks[account] = HeldLook()
    return start
  }

  func endLook(at account: AccountPair) async throws(StoreError) {
    heldLooks[account]?.isWhole = true
  }

  func skipped() async throws(StoreError) -> [SkippedSummary] {
    var rows: [AccountPair?: Int] = [:]
    for counts in skippedRows.values { rows.merge(counts, uniquingKeysWith: +) }
    return rows.compactMap { account, rows in
      skippedTimes[account].map {
        SkippedSummary(account: account, rows: rows, first: $0.lowerBound, latest: $0.upperBound)
      }
    }.sorted { left, right in
      guard let one = left.account, let other = right.account else { return left.account != nil }
      return (right.rows, one.accountID, one.account) < (left.rows, other.accountID, other.account)
    }
  }

  func skip(_ skipped: SkippedRecords, _ file: FileID, _ receivedAt: Int64) {
    var account = Optional(skipped.account)
    if !skippedAccounts.contains(skipped.account) {
      if skippedAccounts.count < SkippedSummary.mostAccounts {
        skippedAccounts.append(skipped.account)
      } else {
        account = nil
      }
    }
    skippedRows[file, default: [:]][account, default: 0] += skipped.rows
    let times = skippedTimes[account] ?? receivedAt...receivedAt
    skippedTimes[account] =
      min(times.lowerBound, receivedAt)...max(times.upperBound, receivedAt)
  }

  /// A name that grew has what its shorter generations had.
  func replaceFormerSkipped(_ row: Int) {
    let file = ledger[row].file
    let source = ledger[row].source
    for former in ledger.filter({ $0.source == source }).map(\.file)
    where former.path == file.path && former.id < file.id {
      guard let size = file.size, let before = former.size, before < size else { continue }
      skippedRows[former.id] = skippedRows[former.id]?.filter { account, rows in
        rows > skippedRows[file.id]?[account] ?? 0
      }
    }
  }
}
