/// Writes about sources; see `SourceReader`.
public protocol SourceWriter: Sendable {
  /// Makes the sources of the configuration known, in its order. May be called again at any time; only
  /// whoever polls does.
  /// - Returns: the number of each, in the same order, and what changed.
  func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange])

  /// Records how a poll went.
  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - next: when the next one is due; nil: no further poll is planned.
  func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError)
}
