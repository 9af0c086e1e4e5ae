import Carrier
import ParcelStore

/// The state of a source at its last poll, as the daemon recorded it.
public struct SourceState: Sendable {
  public var name: String
  public var host: String
  /// Nil before the first poll.
  public var isReachable: Bool?
  /// Why the last poll failed, where the cause was the server or the connection to it.
  public var error: String?
  /// When it was polled, and listed, last: seconds since 1970.
  public var lastPoll: Int64?
  public var lastSuccess: Int64?
  /// When it is polled next, where a daemon is running.
  public var nextPoll: Int64?
  /// Why the last poll failed, where the cause was not the source.
  public var storeError: String?

  public init(name: String, host: String) {
    self.name = name
    self.host = host
  }

  /// - Parameter known: what the store knows of it; nil: it was not polled yet.
  public init(name: String, host: String, _ known: KnownSource?) {
    self.init(name: name, host: host)
    isReachable = known?.isReachable
    error = known?.error
    lastPoll = known?.lastPollAt
    lastSuccess = known?.lastSuccessAt
    nextPoll = known?.nextPollAt
    storeError = known?.ownError
  }

  private var members: [(key: String, value: JSON)] {
    [("host", .string(host)), ("reachable", JSON(isReachable)), ("error", JSON(error))]
  }

  /// One that stands for all.
  public var json: JSON { .object(members) }

  /// One of the list.
  var listed: JSON {
    .object(
      [("name", .string(name))] + members + [
        ("last_success_at", JSON(utc: lastSuccess)), ("next_poll_at", JSON(utc: nextPoll)),
      ])
  }

  public var text: String { "\(host)\(error.map { ": \(singleLine($0))" } ?? "")" }

  /// One of several.
  var line: String {
    let looked = lastSuccess.map { "last success \(TextForm.time($0))" } ?? "never listed"
    return "\(name) (\(host)), \(looked)\(error.map { ": \(singleLine($0))" } ?? "")"
  }
}

extension [SourceState] {
  /// The one that was not listed for longest: first those that never were; nil only where there is none.
  var oldest: SourceState? {
    self.min { ($0.lastSuccess ?? .min) < ($1.lastSuccess ?? .min) }
  }

  /// The first that is out of reach, or else the first.
  var worst: SourceState? { first { $0.isReachable == false } ?? first }
}

extension AbandonedPlace {
  /// That files stay at a place where no source is any more.
  public var sentence: String {
    let files =
      files == 1
      ? "1 file that was to be moved or deleted stays"
      : "\(files) files that were to be moved or deleted stay"
    return
      "\(files) at \(place), where source \(name) was before: configure the place again, or remove "
      + "them there"
  }

  var json: JSON {
    .object([("source", .string(name)), ("place", .string(place)), ("files", JSON(files))])
  }
}
