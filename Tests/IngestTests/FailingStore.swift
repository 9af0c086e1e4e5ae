import Carrier
import ParcelStore
import Synchronization

/// A store whose process dies: it hands everything on to another one until a write at which it fails,
/// and does nothing more from then on.
final class FailingStore: EventStore {
  enum Death: CaseIterable, Sendable {
    /// Nothing of the write is done.
    case before
    /// The write is done, but nobody is told.
    case after
  }

  struct State {
    /// Writes to go until the one that fails; nil: none does.
    var writes: Int?
    var death: Death
    var isDead = false
    var heldRowsRead = 0
    var parcelQuestions = 0
  }

  /// How many parcels one step of a remap looks at: few, so that a small store takes many steps.
  let mostParcels = 2
  let store: any EventStore
  let state: Mutex<State>
  /// Called once the accounts of held rows were asked for.
  let onHeldAccounts: @Sendable () -> Void

  init(
    _ store: any EventStore, after writes: Int? = nil, _ death: Death = .before,
    onHeldAccounts: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    state = Mutex(State(writes: writes, death: death))
    self.onHeldAccounts = onHeldAccounts
  }

  /// How many held rows were read.
  var heldRowsRead: Int { state.withLock { $0.heldRowsRead } }

  /// How often it was asked which parcels are known.
  var parcelQuestions: Int { state.withLock { $0.parcelQuestions } }

  var isDead: Bool { state.withLock { $0.isDead } }

  private static let gone = StoreError(
    .failed, operation: "write", store: "test", reason: "the process is gone",
    advice: "start it again")

  func write<T>(
    _ body: () async throws(StoreError) -> T
  ) async throws(StoreError) -> T {
    let (isFirstDead, isDead) = state.withLock { state in
      guard !state.isDead else { return (false, true) }
      guard let writes = state.writes else { return (false, false) }
      state.writes = writes - 1
      guard writes == 0 else { return (false, false) }
      state.isDead = true
      return (state.death == .after, true)
    }
    guard !isDead || isFirstDead else { throw Self.gone }
    let result = try await body()
    if isDead { throw Self.gone }
    return result
  }

  /// Commits part by part: any run of parts is a group.
  func commit(
    _ group: consuming CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport {
    var report = CommitReport()
    for part in group.parts {
      let next = try await write { () async throws(StoreError) in
        var single = CommitGroup()
        single.parts = [part]
        return try await store.commit(single, receivedAt: receivedAt)
      }
      report.counts += next.counts
      report.newUnmapped += next.newUnmapped
      report.lastSeq = next.lastSeq
    }
    return report
  }

  func setNotes(_ notes: [String: String?]) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.setNotes(notes) }
  }

  func settle() async { await store.settle() }
  func incarnation() async throws(StoreError) -> Incarnation { try await store.incarnation() }

  func check(
    _ depth: StoreCheck.Depth, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) -> StoreCheck {
    try await store.check(depth, onProgress: onProgress)
  }

  func copy(
    to target: String, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) {
    try await store.copy(to: target, onProgress: onProgress)
  }

  func known(
    _ parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> Set<ParcelOfAccount> {
    state.withLock { $0.parcelQuestions += 1 }
    return try await store.known(parcels)
  }

  func wordings(limit: Int) async throws(StoreError) -> [CountedWording] {
    try await store.wordings(limit: limit)
  }

  func unmapped() async throws(StoreError) -> [UnmappedWording] { try await store.unmapped() }
  func figures() async throws(StoreError) -> StoreFigures { try await store.figures() }

  func counts() async throws(StoreError) -> StoreCounts { try await store.counts() }
  func readNote(_ key: String) async throws(StoreError) -> String? { try await store.readNote(key) }
}
