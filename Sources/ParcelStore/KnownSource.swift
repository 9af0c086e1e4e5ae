/// A source as the store knows it, with how its last poll went.
public struct KnownSource: Hashable, Sendable {
  public var id: SourceID
  public var name: String
  /// Where it is, or was when it was configured last; empty where an older version did not record
  /// it.
  public var place: String
  /// Whether the configuration of the last poller has it.
  public var isConfigured: Bool
  /// Seconds since 1970, as all times here.
  public var lastPollAt: Int64?
  public var lastSuccessAt: Int64?
  public var nextPollAt: Int64?
  /// Nil before the first poll.
  public var isReachable: Bool?
  /// Why the last poll failed, if the server or the connection to it was the cause.
  public var error: String?
  /// Why the last poll failed, if this machine was the cause: a full disk, for example.
  public var ownError: String?

  package init(id: SourceID, name: String, place: String, isConfigured: Bool) {
    self.id = id
    self.name = name
    self.place = place
    self.isConfigured = isConfigured
  }

  /// Records how a poll went.
  package mutating func record(_ outcome: PollOutcome, at time: Int64, next: Int64?) {
    (lastPollAt, nextPollAt) = (time, next)
    switch outcome {
    case .succeeded:
      (lastSuccessAt, isReachable, error, ownError) = (time, true, nil, nil)
    case .failedAtServer(let reason): (isReachable, error, ownError) = (false, reason, nil)
    // This says nothing about the server, so what was known of the server is kept.
    case .failedHere(let reason): ownError = reason
    }
  }
}
