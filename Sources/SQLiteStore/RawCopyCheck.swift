import GRDB
import ParcelStore

/// Whether the copies of files have the pieces that they count.
struct RawCopyCheck {
  private let db: Database

  init(_ db: Database) { self.db = db }

  func run(_ check: inout StoreCheck) throws {
    let ids =
      "BETWEEN file * \(RawCopyRows.mostPieces) + first_piece "
      + "AND file * \(RawCopyRows.mostPieces) + first_piece + pieces - 1"
    let wrong = try db.row(
      """
      SELECT count(*) AS copies, coalesce(min(file), 0) AS file FROM raw_copy
      WHERE pieces > 0 AND pieces <> (SELECT count(*) FROM raw_piece WHERE id \(ids))
      """)
    guard let wrong, let copies: Int = wrong["copies"], copies > 0 else { return }
    let file: Int64 = wrong["file"]
    check.contradict(
      "\(copies) copies of files lack pieces; the first is that of file \(file) of the ledger")
  }
}
