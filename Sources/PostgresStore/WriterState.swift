import Carrier
import ParcelStore
import Postgres
import TrackingFile

/// What the writer keeps in memory between commits: small caches of what the database has. After a failed commit it is
/// thrown away.
struct WriterState: Sendable {
  var accounts = AccountNumbers()
  /// The digest of an entry is that of the row whose order, postcode and country the parcel has now; a row that was from
  /// an earlier file than that one is not remembered.
  var parcels = ParcelCache()
  /// How often known parcels had changed (see `StoreChange`) when `parcels` was right last; nil: not read yet.
  var parcelChanges: Int64?
  var wordings = ByteInterner<InternedWording>()
  var sites = ByteInterner<Int64>()
  /// Nil: not read yet.
  private(set) var erasures: ErasedParcels?
  /// The account pairs of which skipped rows are counted by themselves; nil until some are skipped.
  var skippedAccounts: [AccountPair: Int64]?
  private var encoding: TextEncoding?

  /// Reads what a commit needs and is not known.
  mutating func load(_ db: PostgresConnection) async throws(PostgresFault) {
    if parcelChanges == nil { parcelChanges = try await db.integer(StoreChange.parcelChanges) }
    guard erasures == nil else { return }
    erasures = ErasedParcels(
      try await db.run(ErasedParcels.select).map { row in
        (number: row.text(0), account: row.integer(1), at: row.integer(2))
      })
  }

  /// - Parameter stale: the kinds of what is kept in memory that others changed.
  mutating func forget(_ stale: [StoreChange]) {
    for kind in stale {
      switch kind {
      case .parcels: parcels = ParcelCache()
      case .wordings:
        wordings.removeAll()
        sites.removeAll()
      case .erasures: erasures = nil
      case .skipped: skippedAccounts = nil
      // Of feeds the writer keeps nothing.
      case .feeds: break
      }
    }
  }

  /// Forgets the parcels if another writer has changed some since the transaction began.
  mutating func noticeParcels(_ db: PostgresConnection) async throws(PostgresFault) {
    let changes = try await db.integer(StoreChange.parcelChanges)
    if changes != parcelChanges { parcels = ParcelCache() }
    parcelChanges = changes
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
