import ParcelStore
import SFTP

/// A poll where several workers share the files of a source: one lists it and does the post-actions, and all read.
extension Drainer {
  func drain(
    _ rules: any RulesSource, with team: any WorkerTeam, waitingForRest: Bool,
    unlessListedWithin interval: Duration?
  ) async throws -> PollSummary {
    try await MapConflict.refuse(rules.current.statusMap, in: store, team)
    let duty = Duty.listing(source.id)
    var total = PollSummary()
    var awaited: String?
    while true {
      switch try await team.take(duty, unlessDoneWithin: interval) {
      case .taken(let hold):
        self.hold = hold
        defer { self.hold = nil }
        do {
          total += try await list(rules, waitingForRest: waitingForRest)
        } catch {
          // If that fails, too, it ends with the worker's lease.
          try? await team.giveBack(duty, isDone: false)
          throw error
        }
        try await team.giveBack(duty, isDone: true)
        return total
      case .isDone(let rest):
        total += try await help(rules, team)
        total.dueIn = rest
        return total
      case .held(let other):
        total += try await help(rules, team)
        // What is there now may have come after that listing.
        guard waitingForRest else { return total }
        if other != awaited { observer.report(.workerAwaited(other, files: nil)) }
        awaited = other
        observer.alive()
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// How long to wait before looking again at what others do.
  private static let pause = Duration.milliseconds(300)

  /// Reads files that wait because another worker has listed them, or could not read them to their end.
  public func readShared(_ rules: any RulesSource) async throws -> PollSummary {
    guard let team = store.team else { return PollSummary() }
    try await MapConflict.refuse(rules.current.statusMap, in: store, team)
    return try await help(rules, team)
  }

  private func help(_ rules: any RulesSource, _ team: any WorkerTeam) async throws -> PollSummary {
    let started = ContinuousClock.now
    var summary = PollSummary()
    // What could not be given back when the last poll failed is this worker's as long as it lives, and nobody reads it.
    try await team.release(of: source.id)
    guard try await team.unread(of: source.id).waiting > 0 else { return summary }
    let gate = try await makeGate(rules.current, in: rules)
    summary = try await source.withClient(progress: observer.alive) { client in
      var files = SharedFiles(team, source.id)
      return try await reading.takeShared(&files, gate, client).summary
    }
    if summary.counts.rows > 0 { try await upkeep.upkeep.noteFeeds(rules.current) }
    if summary.counts.held > 0 { try await upkeep.reportNearMatches(rules.current) }
    summary.finish(since: started)
    observer.report(.pollFinished(summary))
    return summary
  }

  /// Has the workers read the files of a listing, and reads with them.
  /// - Parameter gate: nil: there is nothing to read.
  func share(
    _ usual: [ListedFile], alone: [ListedFile], with team: any WorkerTeam, _ gate: GateInForce?,
    _ client: SFTPClient
  ) async throws -> DropReading.Shared {
    guard let gate else { return DropReading.Shared() }
    // See `help`: what is this worker's is left alone by `queue`.
    try await team.release(of: source.id)
    try await team.queue(
      usual.map(\.sighting), alone: alone.map(\.sighting), of: source.id)
    var supply = SharedFiles(team, source.id, usual + alone)
    var result = try await reading.takeShared(&supply, gate, client)
    guard waitsForOthers, result.isConnected else { return result }
    result += try await wait(&supply, gate, client)
    let theirs = (usual + alone).map(\.sighting).filter {
      !supply.claimed.contains($0.pathBytes)
    }
    result.summary.add(unread: try await store.unfinished(among: theirs).count)
    return result
  }

  /// Waits until other workers have read what they have claimed, and reads what one of them had to leave.
  private func wait(
    _ supply: inout SharedFiles, _ gate: GateInForce, _ client: SFTPClient
  ) async throws -> DropReading.Shared {
    var result = DropReading.Shared()
    var isTold = false
    while result.isConnected {
      let unread = try await supply.team.unread(of: source.id)
      if unread.isNone { break }
      if unread.waiting > 0 { result += try await reading.takeShared(&supply, gate, client) }
      if !isTold, let other = try await supply.team.others().first {
        observer.report(.workerAwaited(other.name, files: unread.withOthers))
        isTold = true
      }
      observer.alive()
      isResting = true
      try await Task.sleep(for: Self.pause)
      isResting = false
    }
    return result
  }

  /// Whether other workers read files of this source just now.
  func isReadElsewhere() async throws(StoreError) -> Bool {
    guard let team = store.team else { return false }
    return try await !team.unread(of: source.id).isNone
  }
}
