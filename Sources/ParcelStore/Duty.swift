/// Work that one process does for all that share a store.
public enum Duty: Sendable, Hashable {
  /// Listing a source, and moving or deleting what was read of it.
  case listing(SourceID)
  /// What a store needs besides files: release of held rows, silence of feeds, retention, erasures.
  case upkeep
  /// Delivering to an endpoint of webhooks, by its name.
  case delivery(String)

  /// How the store knows it.
  package var name: String {
    switch self {
    case .listing(let source): "listing \(source.rawValue)"
    case .upkeep: "upkeep"
    case .delivery(let endpoint): "delivery \(endpoint)"
    }
  }
}

/// What came of asking for a duty.
public enum DutyAnswer: Sendable {
  case taken(DutyHold)
  /// Another worker has it, such as `process 12 on host3`.
  case held(by: String)
  /// Another worker did it a short while ago.
  case isDone(dueIn: Duration)
}

/// A duty that this process has until it gives it back, ends, or is silent for too long.
public struct DutyHold: Sendable {
  private let check: @Sendable () -> Bool

  /// - Parameter check: see `isCurrent`.
  package init(_ check: @escaping @Sendable () -> Bool) { self.check = check }

  /// Whether this process can be sure, by its own monotonic clock, that nobody else has the duty. Ask directly before
  /// what can't be fenced, such as a delete on another server.
  public var isCurrent: Bool { check() }
}
