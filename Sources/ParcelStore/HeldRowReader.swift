import Carrier

/// What can be asked about rows that may not come in yet, and about those that are only counted.
public protocol HeldRowReader: Sendable {
  /// All held rows, summed up by account pair.
  func held() async throws(StoreError) -> [HeldSummary]

  /// Whether rows are held, and whether lines were rejected, so that nothing is searched where there are none. A store
  /// that is asked for the rows themselves as quickly says yes.
  func hasRawLines() async throws(StoreError) -> (held: Bool, rejected: Bool)

  /// The account pairs of which rows are held; quick, however many rows there are. In the order of
  /// their first rows.
  func heldAccounts() async throws(StoreError) -> [HeldAccount]

  /// How many rows of an account pair are held.
  func heldRows(of account: AccountPair) async throws(StoreError) -> Int

  /// The next held rows of an account pair, all of one file.
  /// - Returns: nil after the last.
  func heldRun(
    of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(StoreError) -> HeldRun?

  /// The rows that were counted and not kept, by account pair: the pairs with the most rows first.
  /// A file that is read again counts once.
  func skipped() async throws(StoreError) -> [SkippedSummary]
}

extension HeldRowReader {
  public func hasRawLines() async throws(StoreError) -> (held: Bool, rejected: Bool) {
    (held: true, rejected: true)
  }
}
