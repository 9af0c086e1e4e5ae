/// A source as the configuration has it.
public struct ConfiguredSource: Hashable, Sendable {
  /// Unique in the configuration.
  public var name: String
  /// User, host, port and directory: `dupont@sftp.example.net:22 /out`.
  public var place: String

  public init(name: String, place: String) {
    self.name = name
    self.place = place
  }
}

/// A source as the store knows it, with how its last poll went.
public struct KnownSource: Hashable, Sendable {
  public var id: SourceID
  public var name: String
  /// Where it is, or was when it was configured last; empty where an older version did not note it.
  public var place: String
  /// Whether the configuration of the last poller has it.
  public var isConfigured: Bool
  /// Seconds since 1970, as all times here.
  public var lastPollAt: Int64?
  public var lastSuccessAt: Int64?
  public var nextPollAt: Int64?
  /// Nil before the first poll.
  public var isReachable: Bool?
  /// Why the last look failed, where that lay at the server or the way to it.
  public var error: String?
  /// Why the last poll failed, where that lay with us: a full disk, for example.
  public var ownError: String?

  package init(id: SourceID, name: String, place: String, isConfigured: Bool) {
    self.id = id
    self.name = name
    self.place = place
    self.isConfigured = isConfigured
  }

  /// Notes how a poll went.
  package mutating func note(_ outcome: PollOutcome, at time: Int64, next: Int64?) {
    (lastPollAt, nextPollAt) = (time, next)
    switch outcome {
    case .succeeded:
      (lastSuccessAt, isReachable, error, ownError) = (time, true, nil, nil)
    case .failedAtServer(let reason): (isReachable, error, ownError) = (false, reason, nil)
    // It says nothing of the server: what was known of that stays.
    case .failedHere(let reason): ownError = reason
    }
  }
}

/// How a poll of a source went.
public enum PollOutcome: Hashable, Sendable {
  case succeeded
  /// It lay at the server, or at the way to it.
  case failedAtServer(String)
  /// It lay at this machine.
  case failedHere(String)
}

/// Files that are still to be moved or deleted at a place where no source of the configuration is.
public struct AbandonedPlace: Hashable, Sendable {
  /// The source that was there.
  public var name: String
  public var place: String
  public var files: Int

  package init(name: String, place: String, files: Int) {
    self.name = name
    self.place = place
    self.files = files
  }
}

/// What became of the sources that the store knew, when a configuration was registered.
public enum SourceChange: Hashable, Sendable {
  /// Files that an older version read, when there was one source only, belong to it from now on.
  case adopted(name: String, files: Int)
  /// It is at the same place under another name.
  case renamed(from: String, to: String)
  /// It is at another place; so many files that were to be moved or deleted stay at the former one.
  case moved(name: String, from: String, to: String, pending: Int)
  /// It came back to a place where so many files are still to be moved or deleted.
  case returned(name: String, to: String, pending: Int)
  /// The configuration does not have it any more; so many files are still to be moved or deleted there.
  case removed(name: String, place: String, pending: Int)
}

/// What a store promises of sources.
///
/// A file is (source, path), and a source is its name: with another host or directory it is the same one,
/// except for what is still to be moved or deleted, which stays at the place where it was read. A source
/// that is at the same place under a new name is the same one, too.
public protocol SourceReader: Sendable {
  /// The sources that are configured now or were once, in the order in which they came.
  func sources() async throws(StoreError) -> [KnownSource]

  /// The places where files are still to be moved or deleted, and no source is any more.
  func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace]
}

/// What is written about sources; see `SourceReader`.
public protocol SourceWriter: Sendable {
  /// Makes the sources of the configuration known, in its order. May be called again at any time; only
  /// whoever polls does.
  /// - Returns: the number of each, in the same order, and what changed.
  func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange])

  /// Notes how a poll went.
  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - next: when the next one is due; nil: nobody polls again.
  func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError)
}
