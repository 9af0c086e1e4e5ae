/// A kind of change after which what other writers keep in memory may be wrong. A store counts each
/// kind (table `change_count`), so that a writer drops only what may be stale: what a command does to
/// held rows must not cost a drain the numbers of its parcels.
///
/// What is only added (parcels, accounts, codes, wordings, sites) makes nothing stale: nobody keeps in
/// memory that something is not there.
package enum StoreChange: String, CaseIterable, Sendable {
  /// A known parcel's order, postcode or country changed, or parcels were taken out.
  case parcels
  /// What wordings mean changed, or wordings or sites were taken out.
  case wordings
  /// A contract names another pair, the first rows of a feed came, or rows of an earlier day.
  case feeds
  /// Data of a recipient was erased.
  case erasures
  /// One more account pair has its skipped rows counted by themselves.
  case skipped
}
