/// What a store promises of sources.
///
/// A file is (source, path), and a source is its name: with another host or directory it is the same one,
/// except for what is still to be moved or deleted, which stays at the place where it was read. A source
/// that is at the same place under a new name is the same one, too.
public protocol SourceStore: Sendable {
  /// Makes the sources of the configuration known, in its order. May be called again at any time; only
  /// whoever polls does.
  /// - Returns: the number of each, in the same order, and what changed.
  func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange])

  /// The sources that are configured now or were once, in the order in which they came.
  func sources() async throws(StoreError) -> [KnownSource]

  /// Notes how a poll went.
  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - next: when the next one is due; nil: nobody polls again.
  func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError)

  /// The places where files are still to be moved or deleted, and no source is any more.
  func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace]
}
