import Contract
import GRDB
import Status
import TrackingFile

/// What the writer keeps in memory between commits: numbers to give out, and small caches of what
/// the database has. After a failed commit it is thrown away and read again.
struct WriterState {
  var nextSeq: Int64
  var nextParcel: Int64
  var nextCode: Int64
  var nextWording: Int64
  var nextSite: Int64
  /// Whether any event of the store lacks a time of day; as long as none does, positions decide.
  var hasCoarse: Bool

  var accounts: [AccountPair: Int64] = [:]
  var parcels = ParcelCache()
  var wordings = ByteInterner<InternedWording>()
  var sites = ByteInterner<Int64>()
  var meanings: [Int64: Meaning] = [:]
  private var encoding: TextEncoding?
  private var statusMap: StatusMap?

  init(_ db: Database) throws {
    func next(_ sql: String) throws -> Int64 { try (Int64.fetchOne(db, sql: sql) ?? 0) + 1 }
    nextSeq = try next(
      "SELECT first_seq + events - 1 FROM journal ORDER BY first_seq DESC LIMIT 1")
    nextParcel = try next("SELECT max(id) FROM parcel")
    nextCode = try next("SELECT max(id) FROM code")
    nextWording = try next("SELECT max(id) FROM wording")
    nextSite = try next("SELECT max(id) FROM site")
    hasCoarse =
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS(SELECT 1 FROM note WHERE key = ?)",
        arguments: [
          Self.coarseNote
        ]) ?? false
  }

  /// The note that says that some event lacks a time of day.
  static let coarseNote = "store.has-coarse-times"

  /// The same bytes mean other texts under another encoding.
  mutating func prepare(encoding: TextEncoding) {
    guard self.encoding != encoding else { return }
    self.encoding = encoding
    wordings.removeAll()
    sites.removeAll()
  }

  /// The same texts mean other statuses under another map.
  mutating func prepare(statusMap: StatusMap) {
    guard self.statusMap != statusMap else { return }
    self.statusMap = statusMap
    wordings.removeAll()
    meanings.removeAll()
  }
}

/// A wording's numbers in the database, and what the writer needs of its meaning.
struct InternedWording {
  var id: Int64
  var code: Int64
  var rank: UInt8
  var isMapped: Bool
}

/// Which number a parcel has, bounded in memory.
struct ParcelCache {
  /// Sixteen bytes: a number and the row of its account.
  struct Key: Hashable {
    private let high: UInt64
    private let low: UInt32
    private let account: UInt32

    init(number: ParcelNumber, account: Int64) {
      high = number.high
      low = number.low
      self.account = UInt32(truncatingIfNeeded: account)
    }
  }

  struct Entry {
    private let number: UInt32
    /// A digest of order, postcode and country as they were written last.
    let attributes: UInt32

    /// - Parameter id: the parcel's row; four billion of them are more than the carrier ever had.
    init(id: Int64, attributes: UInt32) {
      number = UInt32(truncatingIfNeeded: id)
      self.attributes = attributes
    }

    var id: Int64 { Int64(number) }
  }

  private var entries: [Key: Entry] = [:]

  /// What a table of 2^18 slots takes: about 6 MB.
  private static let limit = 196_000

  subscript(key: Key) -> Entry? { entries[key] }

  mutating func insert(_ entry: Entry, for key: Key) {
    if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
    entries[key] = entry
  }
}
