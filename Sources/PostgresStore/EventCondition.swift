import Carrier
import ParcelStore
import Postgres
import Status

/// What a filter of events asks of an entry of the journal before its texts are read. What it lets through has still
/// to be compared.
struct EventCondition {
  var since = Int64.min
  var until = Int64.max
  var wordingBits: Int64 = -1
  var siteBits: Int64 = -1
  private var site: Int64?
  private var wordings: Set<Int64>?

  /// - Returns: nil when no event can meet the filter.
  init?(_ db: PostgresConnection, _ filter: EventFilter) async throws(PostgresFault) {
    since = filter.since ?? .min
    until = filter.until ?? .max
    if let name = filter.site {
      guard let id = try await SiteName.id(of: name, db) else { return nil }
      site = id
      siteBits = JournalRange.bit(of: id)
    }
    if let statuses = filter.statuses {
      var wordings: Set<Int64> = []
      for row in try await db.run("SELECT id, status FROM wording") {
        // As `Meaning` reads it.
        if statuses.contains(ParcelStatus(name: row.text(1)) ?? .unmapped) {
          wordings.insert(row.integer(0))
        }
      }
      if wordings.isEmpty { return nil }
      wordingBits = wordings.reduce(0) { $0 | JournalRange.bit(of: $1) }
      self.wordings = wordings
    }
  }

  func mayAdmit(_ entry: JournalBlock.Entry) -> Bool {
    if entry.isRemoved { return false }
    if let site, site != entry.site { return false }
    if let wordings, !wordings.contains(entry.wording) { return false }
    // An event without a date counts by when it was received.
    return entry.precision == .none || entry.seconds >= since && entry.seconds < until
  }
}
