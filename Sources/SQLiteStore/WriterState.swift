import Carrier
import Contract
import GRDB
import ParcelStore
import Status
import TrackingFile

/// What the writer keeps in memory between commits: numbers to give out, and small caches of what
/// the database has. After a failed commit it is thrown away and read again.
struct WriterState {
  var nextParcel: Int64
  /// Parcels below this number are in a segment of `ParcelLookup`.
  private(set) var firstOpenParcel: Int64 = 0
  var nextCode: Int64
  var nextWording: Int64
  var nextSite: Int64

  var accounts = AccountNumbers()
  var parcels = ParcelCache()
  var wordings = ByteInterner<InternedWording>()
  var sites = ByteInterner<Int64>()
  private(set) var erasures = ErasedParcels()
  /// How many parcels of seldom sites and wordings are listed.
  var seldom = SeldomCounts()
  /// The account pairs of which skipped rows are counted by themselves; nil until some are skipped.
  var skippedAccounts: [AccountPair: Int64]?
  /// Accounts that got new parcels in the current transaction.
  private var growing: Set<UInt32> = []
  private var lastGrowing: UInt32?
  /// What the current transaction changed of what other writers may have in memory.
  private var changes: Set<StoreChange> = []
  private var meanings: [Int64: Meaning] = [:]
  private var encoding: TextEncoding?

  /// False in migrations of stores that have no segments of parcels yet.
  private let hasLookup: Bool

  init(_ db: Database, hasLookup: Bool = true) throws {
    self.hasLookup = hasLookup
    (nextParcel, nextCode, nextWording, nextSite) = (1, 1, 1, 1)
    try readNumbers(db)
    if hasLookup {
      erasures = try ErasedParcels(db)
      seldom = try SeldomCounts(db)
    }
  }

  /// What has to be read again whenever another connection has written.
  private mutating func readNumbers(_ db: Database) throws {
    func next(_ sql: String) throws -> Int64 { try (db.value(sql) ?? 0) + 1 }
    firstOpenParcel = hasLookup ? try ParcelLookup(db).firstOpen() : 0
    let removed: Int64 = hasLookup ? try db.value("SELECT removed_parcel FROM store") ?? 0 : 0
    nextParcel = try max(next("SELECT max(id) FROM parcel"), firstOpenParcel, removed + 1)
    nextCode = try next("SELECT max(id) FROM code")
    nextWording = try next("SELECT max(id) FROM wording")
    nextSite = try next("SELECT max(id) FROM site")
  }

  /// Catches up with what others wrote.
  /// - Parameter stale: the kinds of what is kept in memory that they changed.
  mutating func refresh(_ db: Database, stale: [StoreChange]) throws {
    try readNumbers(db)
    // A row per site and wording: as quick as asking whether they changed.
    if hasLookup { seldom = try SeldomCounts(db) }
    for kind in stale {
      switch kind {
      case .parcels: parcels = ParcelCache()
      case .wordings:
        wordings.removeAll()
        sites.removeAll()
        meanings.removeAll()
      case .erasures: erasures = try ErasedParcels(db)
      case .skipped: skippedAccounts = nil
      // Of feeds the writer keeps nothing.
      case .feeds: break
      }
    }
  }

  /// Writes the segments of parcels that are full now.
  mutating func writeFullSegments(_ db: Database) throws {
    guard nextParcel - firstOpenParcel >= ParcelSegments.length else { return }
    let lookup = ParcelLookup(db)
    try lookup.writeSegments(next: nextParcel)
    firstOpenParcel = try lookup.firstOpen()
  }

  mutating func recordChange(_ change: StoreChange) { changes.insert(change) }

  /// What was changed since this was asked last.
  mutating func takeChanges() -> Set<StoreChange> {
    defer { changes = [] }
    return changes
  }

  /// Records that an account got a new parcel.
  @inline(__always)
  mutating func recordNewParcel(of account: UInt32) {
    guard account != lastGrowing else { return }
    lastGrowing = account
    growing.insert(account)
  }

  /// The accounts that got new parcels since this was asked last.
  mutating func takeGrowing() -> Set<UInt32> {
    defer { (growing, lastGrowing) = ([], nil) }
    return growing
  }

  /// What a wording means by the map under which it was stored.
  mutating func meaning(of wording: Int64, _ db: Database) throws -> Meaning {
    if let known = meanings[wording] { return known }
    let row = try db.row("SELECT * FROM wording WHERE id = ?", [wording])
    let meaning = row.map { Meaning(row: $0) } ?? .unmapped
    keep(meaning, of: wording)
    return meaning
  }

  mutating func keep(_ meaning: Meaning, of wording: Int64) {
    // Labels that never come again must not fill the memory.
    if meanings.count >= 4_096 { meanings.removeAll() }
    meanings[wording] = meaning
  }

  /// The same bytes mean other texts under another encoding.
  mutating func prepare(encoding: TextEncoding) {
    guard self.encoding != encoding else { return }
    // Layouts are seldom exchanged, so it may cost something.
    if self.encoding != nil { parcels = ParcelCache() }
    self.encoding = encoding
    wordings.removeAll()
    sites.removeAll()
  }
}
