import Carrier
import TrackingFile

extension StoreReader {
  /// Searches all held rows and rejected lines for a parcel's number, page by page: they are stored
  /// as raw bytes, without an index of the numbers in them.
  /// - Parameters:
  ///   - accountID: only held rows of this account ID, and no rejected lines, which have none.
  ///   - progress: called with how many held rows were searched, and how many there are.
  public func mentions(
    of parcel: ParcelNumber, accountID: String?, progress: (_ done: Int, _ all: Int) -> Void
  ) async throws(StoreError) -> RawMentions {
    var mentions = RawMentions()
    let search = ErasedNumbers([parcel])
    // In rows of fixed width the next column may follow without a sign between.
    func isMentioned(_ line: [UInt8]) -> Bool {
      line.withUnsafeBytes { search.isAnyFound(in: $0) || search.isAnyWithin($0) }
    }
    let found = try await hasRawLines()
    let accounts = found.held ? try await heldAccounts() : []
    // Counting is for those who wait.
    let all = accounts.isEmpty ? 0 : try await counts().held
    var done = 0
    for account in accounts {
      if let accountID, account.account.accountID != accountID { continue }
      var mention: RawMentions.Held?
      var cursor = HeldCursor()
      while let run = try await heldRun(of: account.account, after: cursor, limit: 4_096) {
        cursor = run.last
        for line in run.rows where isMentioned(line.raw) {
          if mention == nil {
            mention = RawMentions.Held(
              account: account, rows: 0, file: run.origin.path, line: line.line)
          }
          mention?.rows += 1
        }
        done += run.rows.count
        progress(done, all)
      }
      if let mention { mentions.held.append(mention) }
    }
    guard accountID == nil, found.rejected else { return mentions }
    var cursor = RejectCursor()
    while true {
      let page = try await rejects(file: nil, after: cursor, limit: 1_000)
      for line in page.lines where isMentioned(line.raw) {
        mentions.rejected += 1
        mentions.firstRejected = mentions.firstRejected ?? line
      }
      guard let last = page.last else { return mentions }
      cursor = last
    }
  }
}
