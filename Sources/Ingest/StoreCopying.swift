import ParcelStore

/// Copies a store into another one, whatever database each of them is in.
///
/// Every range of every table is read from both and compared by a digest; where they differ it is written again, in one
/// transaction, and compared once more. So a run that was killed is gone on with, what changed meanwhile is found, and
/// the run that finds nobody at work with the source has proved that both have the same.
public struct StoreCopying: Sendable {
  private let source: any CopySource
  private let target: any CopyTarget
  private let tables: [CopiedTable]
  private let onProgress: @Sendable (Int, Int) -> Void

  /// - Parameters:
  ///   - tables: all of them in the target's order, unless a test cuts them otherwise.
  ///   - onProgress: how many ranges of how many are done.
  package init(
    _ source: any CopySource, to target: any CopyTarget, tables: [CopiedTable]? = nil,
    onProgress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) {
    self.source = source
    self.target = target
    self.tables = tables ?? CopiedTable.all(first: target.comesFirst)
    self.onProgress = onProgress
  }

  /// Copies all that differs, and completes the copy if nobody works with the source. Both are closed afterwards.
  public func run() async throws -> CopyReport {
    do {
      let report = try await copy()
      await close()
      return report
    } catch {
      await target.rollback()
      await close()
      throw error
    }
  }

  private func close() async {
    await source.end()
    await target.end()
  }

  private func copy() async throws -> CopyReport {
    var report = CopyReport()
    report.user = try await source.stop()
    var all = 0
    for table in tables { all += try await ranges(of: table).count }
    for table in tables {
      for range in try await ranges(of: table) {
        try Task.checkCancellation()
        try await copy(range, of: table, &report)
        onProgress(report.ranges, max(all, report.ranges))
      }
    }
    guard report.user == nil else { return report }
    // In this order a process that is killed in between leaves no two stores that go on.
    try await target.prepare(try await source.head())
    var note = target.note
    note.name = target.name
    try await source.noteMoved(to: note)
    try await target.complete()
    return report
  }

  /// The ranges that either of both has.
  private func ranges(of table: CopiedTable) async throws -> [ClosedRange<Int64>] {
    guard table.number != nil else { return table.ranges(0...0) }
    let bounds = try await [source.bounds(of: table), target.bounds(of: table)].compactMap(\.self)
    guard let first = bounds.map(\.lowerBound).min(), let last = bounds.map(\.upperBound).max()
    else { return [] }
    return table.ranges(first...last)
  }

  private func copy(
    _ range: ClosedRange<Int64>, of table: CopiedTable, _ report: inout CopyReport
  ) async throws {
    report.ranges += 1
    let there = try await digest(of: target, range, table)
    // Of an empty range the rows are read once, and compared when they are written.
    if there.rows > 0, try await digest(of: source, range, table) == there {
      report.rows[table.name, default: 0] += there.rows
      return
    }
    do {
      let written = try await write(range, of: table, isEmpty: there.rows == 0)
      guard let written else { return }
      report.written += 1
      report.rows[table.name, default: 0] += written.rows
      guard try await digest(of: target, range, table) == written else {
        // While others write two tables may be of two moments.
        if report.user != nil {
          report.left += 1
          return
        }
        throw StoreError(
          .failed, operation: "copy the table \(table.name)", store: target.name,
          reason: "rows \(range.lowerBound) to \(range.upperBound) are not those that were written",
          advice: "run it again; if it happens again, please report it")
      }
    } catch let clash as CopyClash {
      await target.rollback()
      guard report.user != nil else { throw clash.error }
      report.left += 1
    }
  }

  private func digest(
    of side: some CopySide, _ range: ClosedRange<Int64>, _ table: CopiedTable
  ) async throws -> RangeDigest {
    var collector = RangeDigest.Collector()
    var key: [CopiedValue]?
    while true {
      try Task.checkCancellation()
      let page = try await side.page(of: table, in: range, after: key)
      collector.add(page.rows)
      guard let next = page.next else { return collector.digest() }
      key = next
    }
  }

  /// Writes the rows that the source has.
  /// - Parameter isEmpty: the target has none.
  /// - Returns: what was written; nil where both have none.
  private func write(
    _ range: ClosedRange<Int64>, of table: CopiedTable, isEmpty: Bool
  ) async throws -> RangeDigest? {
    var collector = RangeDigest.Collector()
    var page = try await source.page(of: table, in: range, after: nil)
    if isEmpty, page.rows.count == 0, page.next == nil { return nil }
    try await target.begin(range, of: table)
    while true {
      try Task.checkCancellation()
      collector.add(page.rows)
      if page.rows.count > 0 { try await target.write(page.rows, of: table) }
      guard let key = page.next else { break }
      page = try await source.page(of: table, in: range, after: key)
    }
    try await target.commit(table)
    return collector.digest()
  }
}
