import ParcelStore
import Postgres

// Files that listings do not show any more.
extension PostgresEventStore {
  public func unseen(
    of source: SourceID, besides seen: FileSet
  ) async throws(StoreError) -> UnseenFiles {
    try await read("look for files that are gone") { db in
      try await Ledger.unseen(db, of: source, besides: seen)
    }
  }

  /// As many files are noted in one transaction.
  private static let mostAtOnce = 1_000

  public func noteUnseen(
    _ unseen: UnseenFiles, at time: Int64
  ) async throws(StoreError) -> [LedgerFile] {
    var lost: [LedgerFile] = []
    for part in unseen.parts(of: Self.mostAtOnce) {
      lost += try await write("note files that are gone") { db in
        try await Ledger.note(db, part, at: time)
      }
    }
    return lost
  }
}
