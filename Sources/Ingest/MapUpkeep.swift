import ParcelStore
import Status

/// Makes a store's history follow the status map: puts the map in force, and derives the current statuses of
/// parcels again, in short transactions beside whatever else reads and writes.
public struct MapUpkeep: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  /// How many parcels one transaction looks at.
  private static let batch = 16_384

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// Puts a map in force if another one is, and finishes what an interrupted run has left.
  /// - Parameter mayLose: whether known wordings may become unmapped.
  /// - Throws: `StoreError`, or `MapConflict` where other workers go by another map.
  public func follow(_ map: StatusMap, mayLose: Bool = false) async throws -> RemapOutcome {
    if let team = store.team { try await MapConflict.refuse(map, in: store, team) }
    var summary = RemapSummary(map: map.version)
    let start = ContinuousClock.now
    var hasWorked = try await finish(&summary)
    while try await !isInForce(map) {
      let change = try await store.change(to: map)
      if !mayLose, !change.lost.isEmpty {
        observer.report(.mapWaits(change.wordings, version: map.version))
        return .waits(change.wordings)
      }
      // False: another process was faster, and its change has to be finished first.
      if try await store.putInForce(change, at: now()) { hasWorked = true }
      _ = try await finish(&summary)
    }
    guard hasWorked else { return .asBefore }
    summary.wordings = try await store.remappedWordings()
    summary.milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    report(summary)
    return .followed(summary)
  }

  private func isInForce(_ map: StatusMap) async throws(StoreError) -> Bool {
    guard let inForce = try await store.mapInForce(), inForce.matches(map) else { return false }
    return try await !store.hasWordings(notBy: map.version)
  }

  /// Looks at the parcels that have not followed the map in force yet.
  /// - Returns: whether there were any.
  private func finish(_ summary: inout RemapSummary) async throws -> Bool {
    var hasWorked = false
    while let step = try await store.remapParcels(limit: Self.batch, at: now()) {
      hasWorked = true
      summary.parcels += step.parcels
      summary.corrected += step.corrected
      var progress = IngestProgress()
      progress.parcels = Int(step.progress?.all ?? 0)
      progress.parcelsDone = Int(step.progress?.done ?? 0)
      observer.progress(progress)
      try Task.checkCancellation()
      if step.progress == nil { break }
    }
    return hasWorked
  }

  /// How many wordings are reported one by one.
  private static let mostReported = 10

  private func report(_ summary: RemapSummary) {
    guard !summary.wordings.isEmpty || summary.parcels > 0 else { return }
    for wording in summary.wordings.prefix(Self.mostReported) {
      observer.report(.codeRemapped(wording))
    }
    let more = summary.wordings.count - Self.mostReported
    if more > 0 { observer.report(.codesRemapped(more: more)) }
    observer.report(.historyRemapped(summary))
  }
}

extension StoreReader {
  /// Compares all wordings with a map.
  public func change(to map: StatusMap) async throws(StoreError) -> MapChange {
    var change = MapChange(to: map)
    while true {
      let page = try await storedWordings(after: change.last, limit: 4_096)
      if page.isEmpty { return change }
      change.compare(page)
    }
  }

  /// Counts the parcels of each wording that a map would change.
  /// - Parameter show: how far the count has come.
  public func counted(
    _ change: MapChange, show: (RemapProgress) -> Void
  ) async throws -> [RemappedWording] {
    let numbers = Set(change.wordings.map(\.before.number))
    var counts: [Int64: Int] = [:]
    var done: Int64 = 0
    while !numbers.isEmpty,
      let page = try await parcels(with: numbers, after: done, limit: 65_536)
    {
      counts.merge(page.counts, uniquingKeysWith: +)
      done = page.progress.done
      show(page.progress)
      try Task.checkCancellation()
    }
    return change.wordings.map { wording in
      RemappedWording(
        before: wording.before, meaning: wording.meaning,
        parcels: counts[wording.before.number] ?? 0)
    }.sorted {
      ($1.before.events, $0.before.number) < ($0.before.events, $1.before.number)
    }
  }
}
