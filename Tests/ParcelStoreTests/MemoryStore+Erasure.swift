import Carrier
import ParcelStore
import TrackingFile

/// Recipients' data that was erased.
extension MemoryStore {
  /// Whether a row is about a recipient whose data was erased.
  func hides(_ parcel: ParcelKey, _ time: EventTime, _ receivedAt: Int64) -> Bool {
    erasures.contains {
      $0.number == parcel.number && $0.account == parcel.account
        && Erasure.hides(time, upTo: $0.at, receivedAt: receivedAt)
    }
  }

  func erase(
    _ number: ParcelNumber, of account: AccountPair?, at instant: Int64
  ) async throws(StoreError) -> Erasure {
    eraseAnswers(of: number)
    let parcel = account.flatMap { parcelIndex[ParcelKey(number: number, account: $0)] }
    let hasData = parcel.map { parcels[$0].details != ParcelDetails() } ?? false
    let former = erasures.lastIndex { $0.number == number && $0.account == account }
    if let former, !hasData {
      erasures[former].at = max(erasures[former].at, instant)
      openErasures.insert(erasures[former].seq)
      return erasures[former]
    }
    let erasure = Erasure(seq: sequence + 1, number: number, account: account, at: instant)
    erasures.append(erasure)
    openErasures.insert(erasure.seq)
    if let parcel { parcels[parcel].details = ParcelDetails() }
    return erasure
  }

  func eraseLines(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(StoreError) -> ErasureStep? {
    guard !cursor.isAtRejects else { return nil }
    var step = ErasureStep(next: ErasureCursor(isAtRejects: true, file: .max, line: 0))
    let search = ErasedNumbers([erasure.number])
    for (key, row) in heldRows
    where row.account == erasure.account
      && (search.isAnyFound(in: row.raw)
        || RowErasure(row.reading)?.number(of: row.raw) == erasure.number)
    {
      if let text = RowErasure(row.reading)?.text(of: row.raw) {
        if text != row.raw { step.held += 1 }
        heldRows[key]?.raw = text
        continue
      }
      heldRows[key] = nil
      step.held += 1
      guard staleLines.remove(key) == nil,
        let file = ledger.firstIndex(where: { $0.file.id == key.file })
      else { continue }
      ledger[file].file.counts.held -= 1
      ledger[file].file.counts.skipped += 1
    }
    for (key, line) in rejectedLines where Self.mayBe(search, in: line.raw) {
      rejectedLines[key]?.raw = []
      step.rejected += 1
    }
    step.lookedAt = heldRows.count + rejectedLines.count
    return step
  }

  /// Whether a line that can't be read may have one of the numbers.
  static func mayBe(_ numbers: ErasedNumbers, in line: [UInt8]) -> Bool {
    line.withUnsafeBytes { numbers.isAnyFound(in: $0) || numbers.isAnyWithin($0) }
  }

  func finish(_ erasure: Erasure) async throws(StoreError) {
    if erasures.contains(where: { $0.seq == erasure.seq && $0.at <= erasure.at }) {
      openErasures.remove(erasure.seq)
    }
  }

  func forget(_ lines: ErasedLines) async throws(StoreError) {
    erasedLineNumbers[lines.file]?.subtract(lines.lines)
    if erasedLineNumbers[lines.file]?.isEmpty == true { erasedLineNumbers[lines.file] = nil }
  }

  /// It has no files.
  func rewriteErased() async throws(StoreError) -> RewriteOutcome { .notOwed }

  func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure] {
    Array(erasures.filter { range.contains($0.seq) }.prefix(limit))
  }

  func unfinishedErasures() async throws(StoreError) -> [Erasure] {
    erasures.filter { openErasures.contains($0.seq) }
  }

  func erasedLines(after file: FileID?) async throws(StoreError) -> ErasedLines? {
    let next = erasedLineNumbers.keys.filter { $0.rawValue > file?.rawValue ?? 0 }
      .min { $0.rawValue < $1.rawValue }
    return next.map { ErasedLines(file: $0, lines: erasedLineNumbers[$0] ?? []) }
  }

  func erasureDebt() async throws(StoreError) -> ErasureDebt {
    var debt = ErasureDebt()
    debt.unfinished = openErasures.count
    debt.files = erasedLineNumbers.count
    return debt
  }
}
