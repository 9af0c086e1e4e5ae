import ParcelStore
import Views

extension WebhookList {
  /// Of an endpoint so many parked deliveries are shown.
  private static let parkedShown = 20
  /// And so many that were refused and are tried again, as far as they are among so many that wait.
  private static let waitingShown = 5
  private static let waitingLookedAt = 50

  /// Reads how each endpoint stands: those of the configuration in its order, then those that only the store knows.
  /// Quick, also where many entries wait.
  static func read(
    _ configuration: Configuration, _ store: some StoreReader
  ) async throws -> WebhookList {
    let records = try await store.endpoints()
    let configured = configuration.webhooks
    guard !configured.isEmpty || !records.isEmpty else { return WebhookList([]) }
    let former = records.map(\.name).filter { name in !configured.contains { $0.name == name } }
    let lastSeq = try await store.lastSeq()
    var states: [WebhookState] = []
    for (name, server) in configured.map({ ($0.name, $0.server as String?) })
      + former.map({ ($0, nil) })
    {
      var state = WebhookState(name: name, server: server)
      state.readAt = currentTime()
      state.lastSeq = lastSeq
      if let record = records.first(where: { $0.name == name }) {
        state.record = record
        state.counts = try await store.openDeliveryCounts(of: name)
        if state.counts.parked > 0 {
          state.parked = try await store.openDeliveries(
            of: name, parked: true, after: 0, limit: parkedShown)
        }
        if state.counts.waiting > 0 {
          let first = try await store.openDeliveries(
            of: name, parked: false, after: 0, limit: waitingLookedAt)
          state.waiting = Array(first.filter { $0.fault != nil }.prefix(waitingShown))
        }
        // Where nobody delivers nothing is waited for.
        if server != nil {
          state.behindSince = try await behindSince(record, lastSeq, store)
          let openSince = try await openSince(record, state.counts, store)
          state.pendingSince = [openSince, state.behindSince].compactMap { $0 }.min()
        }
      }
      states.append(state)
    }
    return WebhookList(states)
  }

  /// Since when the oldest entry waits that an endpoint has not taken up to its position: seconds since 1970; nil: none
  /// does.
  private static func openSince(
    _ record: EndpointRecord, _ counts: OpenDeliveryCounts, _ store: some StoreReader
  ) async throws -> Int64? {
    guard counts.waiting > 0,
      let first = try await store.openDeliveries(
        of: record.name, parked: false, after: 0, limit: 1
      ).first
    else { return nil }
    return record.hasWaited(for: try await store.journal(after: first.seq - 1, limit: 1).first)
  }

  /// Since when the first entry after its position waits.
  private static func behindSince(
    _ record: EndpointRecord, _ lastSeq: Int64, _ store: some StoreReader
  ) async throws -> Int64? {
    guard record.position < lastSeq,
      let entry = try await store.journal(after: record.position, limit: 1).first
    else { return nil }
    return record.hasWaited(for: entry)
  }
}

extension EndpointRecord {
  /// Since when: seconds since 1970. When it had all that there was, it had what came before, too: a row that was held
  /// counts by when it came.
  /// - Parameter entry: nil: it is no more, so it was there for as long as anything was.
  fileprivate func hasWaited(for entry: JournalEntry?) -> Int64 {
    max(entry?.cameAt ?? caughtUpAt, caughtUpAt)
  }
}

extension JournalEntry {
  /// When it came: seconds since 1970; nil: it is no more.
  fileprivate var cameAt: Int64? {
    switch self {
    case .event(let event): event.receivedAt
    case .correction(let correction): correction.at
    case .erasure(let erasure): erasure.at
    case .pruned: nil
    }
  }
}
