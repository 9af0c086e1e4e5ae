import ParcelStore

/// What the poller writes down and others read.
public enum PollNote {
  public static let lastSuccess = "poll.last-success"
}

extension EventStore {
  /// When the drop was listed last: seconds since 1970; nil: it never was.
  public func lookedAt() async throws(StoreError) -> Int64? {
    try await note(PollNote.lastSuccess).flatMap { Int64($0) }
  }
}
