import GRDB
import ParcelStore

extension ErasedParcels {
  init(_ db: Database) throws {
    let rows = try RawStatement(db, Self.select)
    defer { rows.reset() }
    var erasures: [(number: String, account: Int64, at: Int64)] = []
    while try rows.step() {
      erasures.append(
        (String(decoding: rows.text(0), as: UTF8.self), rows.integer(1), rows.integer(2)))
    }
    self.init(erasures)
  }
}
