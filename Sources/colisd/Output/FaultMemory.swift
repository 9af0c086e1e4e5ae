import Carrier
import Ingest
import Logging
import Synchronization

/// Remembers the faults that last, so that each of them is logged once an hour; see `LastingFaults`.
final class FaultMemory: Sendable {
  /// Paths are bytes: two names that look alike may be two files.
  enum Key: Hashable, Sendable {
    case poll
    case hostKey
    case heartbeat
    /// What a service does beside the polls; each has a memory of its own.
    case upkeep
    case file([UInt8])
    case incomplete([UInt8])
    case folder([UInt8])
    case postAction([UInt8])
  }

  /// One occurrence of a fault, as a line of the log.
  struct Fault: Sendable {
    var event: Logger.Message
    var key: Key
    /// Two faults of one key and one cause are the same fault. Without numbers that differ each time.
    var cause: String
    var level: Logger.Level = .error
    var fields: Logger.Metadata
  }

  private struct State {
    var faults = LastingFaults<Key>()
    /// What was seen since the last poll began.
    var seen: Set<Key> = []
  }

  private let state = Mutex(State())
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  init(now: @escaping @Sendable () -> Int64 = currentTime) { self.now = now }

  /// Logs a fault when it begins and once an hour; in between only at level debug.
  func log(_ fault: Fault, to logger: Logger) {
    let time = now()
    let span = state.withLock { state in
      state.seen.insert(fault.key)
      return state.faults.occurred(fault.key, cause: fault.cause, at: time)
    }
    var fields = fault.fields
    if let span, span.times > 1 { fields.merge(Self.fields(span, count: "times")) { $1 } }
    logger.log(level: span == nil ? .debug : fault.level, fault.event, metadata: fields)
  }

  /// Marks a fault as over.
  /// - Returns: how long it lasted, as fields of a log line; nil where there was none.
  func ended(_ key: Key, count: String = "failures") -> Logger.Metadata? {
    state.withLock { $0.faults.ended(key) }.map { Self.fields($0, count: count) }
  }

  func pollBegins() { state.withLock { $0.seen = [] } }

  /// Marks the faults as over that the poll did not meet.
  /// - Returns: the folders that can be listed again, with how long they could not.
  func pollEnds() -> [(path: String, fields: Logger.Metadata)] {
    state.withLock { state in
      var folders: [(String, Logger.Metadata)] = []
      for key in Array(state.faults.keys) where !state.seen.contains(key) {
        switch key {
        // The end of each of these has a line of its own, and a failed file is not tried at each poll.
        case .poll, .hostKey, .heartbeat, .upkeep, .file: continue
        case .postAction, .incomplete: _ = state.faults.ended(key)
        case .folder(let path):
          guard let span = state.faults.ended(key) else { continue }
          folders.append(
            (String(decoding: path, as: UTF8.self), Self.fields(span, count: "failures")))
        }
      }
      return folders
    }
  }

  private static func fields(_ span: LastingFaults<Key>.Span, count: String) -> Logger.Metadata {
    [count: "\(span.times)", "since": "\(WallClock.utc(seconds: span.since))"]
  }
}
