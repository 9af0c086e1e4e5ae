import GRDB

/// Lists the parcels with events of sites and wordings that few parcels have, so that questions about these read
/// only them. A list ends when it is full; the first events stay found through it, the others are not.
struct SeldomWriter {
  private let db: Database
  private let insert: RawStatement
  /// The keys whose lists grew; where one is full now, the first `seq` that it does not cover.
  private var grown: [Int64: Int64?] = [:]

  init(_ db: Database) throws {
    self.db = db
    insert = try RawStatement(db, "INSERT OR IGNORE INTO seldom_parcel VALUES(?, ?)")
  }

  /// Adds a new event; they come in the order of `seq`.
  @inline(__always)
  mutating func add(
    _ row: EventRow, _ wording: InternedWording, seq: Int64, _ counts: inout SeldomCounts
  ) throws {
    let (ofSite, ofWording) = (
      SeldomCounts.key(site: Int64(row.site)), SeldomCounts.key(wording: wording.id)
    )
    // Nearly always neither.
    if counts.isOpen(ofSite) { try list(Int64(row.parcel), under: ofSite, seq, &counts) }
    if counts.isOpen(ofWording) { try list(Int64(row.parcel), under: ofWording, seq, &counts) }
  }

  private mutating func list(
    _ parcel: Int64, under key: Int64, _ seq: Int64, _ counts: inout SeldomCounts
  ) throws {
    insert.bind(1, key)
    insert.bind(2, parcel)
    guard try insert.run() > 0 else { return }
    let isFull = counts.increment(key) == SeldomCounts.most
    grown[key] = .some(isFull ? seq + 1 : nil)
  }

  /// Writes how long the lists are.
  mutating func finish(_ counts: inout SeldomCounts) throws {
    for (key, end) in grown {
      // Another process may have filled it before.
      try db.run(
        """
        INSERT INTO seldom_key VALUES(?1, ?2, ?3) ON CONFLICT(key) DO UPDATE
          SET parcels = max(parcels, ?2), covered_until = ifnull(covered_until, ?3)
        """, [key, counts[key], end])
    }
    grown = [:]
  }
}
