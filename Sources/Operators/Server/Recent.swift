import Synchronization

/// A value that takes long to find: who asks within a second gets the one that was found last.
///
/// One at a time looks for it; the others wait for that one.
package final class Recent<Value: Sendable>: Sendable {
  private let found = Mutex<(value: Value, at: ContinuousClock.Instant)?>(nil)
  private let turns = ReadTurns(reads: 1, waiting: .max)

  package init() {}

  package static var longest: Duration { .seconds(1) }

  /// - Throws: what the body throws; that is not kept.
  package func value(_ find: () async throws -> Value) async throws -> Value {
    if let fresh { return fresh }
    let arrival = ContinuousClock.now
    return try await turns.run {
      // Somebody else began to look for it after this one had asked, however long that took.
      if let found = found.withLock({ $0 }), found.at >= arrival { return found.value }
      if let fresh { return fresh }
      let start = ContinuousClock.now
      let value = try await find()
      found.withLock { $0 = (value, start) }
      return value
    }
  }

  private var fresh: Value? {
    found.withLock { found in
      guard let found, .now - found.at < Self.longest else { return nil }
      return found.value
    }
  }
}
