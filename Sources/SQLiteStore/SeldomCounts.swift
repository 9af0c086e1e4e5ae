import GRDB

/// How many parcels are listed for each site and each wording. It is read again after another process has written.
struct SeldomCounts {
  private var counts: [UInt16] = []

  /// So many parcels are listed at most: a question with up to 1,000 answers is answered by a list.
  static let most = 1_024

  /// Keys from here on have no list. A carrier has some thousand sites and some hundred labels; where each event brings
  /// a new one, lists would cost more than the events.
  static let keys: Int64 = 1 << 15

  init() {}

  init(_ db: Database) throws {
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT key, parcels FROM seldom_key"))
    while let row = try rows.next() { set(row[0], to: row[1]) }
  }

  /// The key of a list. It is stored, so it never changes.
  @inline(__always)
  static func key(site: Int64) -> Int64 { site << 1 }

  @inline(__always)
  static func key(wording: Int64) -> Int64 { wording << 1 | 1 }

  /// Whether the next parcel is listed, too.
  @inline(__always)
  func isOpen(_ key: Int64) -> Bool {
    key < counts.count ? counts[Int(key)] < UInt16(Self.most) : key < Self.keys
  }

  mutating func set(_ key: Int64, to count: Int) {
    // Wordings and sites are numbered one after the other, so few places stay empty.
    if key >= counts.count {
      counts += Array(repeating: 0, count: Int(key) + 1 - counts.count)
    }
    counts[Int(key)] = UInt16(clamping: count)
  }
}
