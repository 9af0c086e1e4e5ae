import GRDB
import ParcelStore
import Status

/// What a filter of events asks of a row of the table before its texts are read. What it lets through has still to
/// be compared.
struct EventCondition {
  var since = Int64.min
  var until = Int64.max
  var wordingBits: Int64 = -1
  var siteBits: Int64 = -1
  private var site: Int64?
  private var wordings: Set<Int64>?

  /// - Returns: nil when no event can meet the filter.
  init?(_ db: Database, _ filter: EventFilter) throws {
    since = filter.since ?? .min
    until = filter.until ?? .max
    if let name = filter.site {
      guard let id = try SiteName.id(of: name, db) else {
        return nil
      }
      site = id
      siteBits = JournalRange.bit(of: id)
    }
    if let statuses = filter.statuses {
      let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT id, status FROM wording"))
      var wordings: Set<Int64> = []
      while let row = try rows.next() {
        // As `Meaning` reads it.
        if statuses.contains(ParcelStatus(name: row[1]) ?? .unmapped) { wordings.insert(row[0]) }
      }
      if wordings.isEmpty { return nil }
      wordingBits = wordings.reduce(0) { $0 | JournalRange.bit(of: $1) }
      self.wordings = wordings
    }
  }

  /// Parcels with the events that it asks for, where a site or statuses say so that few parcels have.
  func seldomParcels(_ db: Database) throws -> SeldomParcels.Found? {
    let lists = SeldomParcels(db)
    let found = [
      try site.map { try lists.parcels(site: $0) },
      try wordings.map { try lists.parcels(wordings: $0) },
    ]
    // The one that covers more, then the shorter one.
    return found.compactMap { $0 }.max { left, right in
      (left.end, -left.parcels.count) < (right.end, -right.parcels.count)
    }
  }

  /// - Parameter row: time, kind, site, wording, and more, as `EventReader.columns` has them.
  func mayAdmit(_ row: Row) -> Bool {
    if let site, site != row[2] { return false }
    let (time, kind, wording): (Int64, Int64, Int64) = (row[0], row[1], row[3])
    if let wordings, !wordings.contains(wording >> 1) { return false }
    // An event without a date counts by when it was received.
    return kind & 3 == 2 || time >= since && time < until
  }
}
