import Contract
import ParcelStore
import TrackingFile

/// The gate by the rules in force; a new one is made when the rules are replaced.
struct GateInForce: Sendable {
  private let source: any RulesSource
  private let store: any StoreReader
  private let upkeep: ContractUpkeep
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  private(set) var rules: Rules
  private(set) var gate: Gate
  /// The store's `feedChangesElsewhere` when the gate was made.
  private var feedChanges: Int

  /// - Parameters:
  ///   - rules: those by which the feeds were recorded last; newer ones may be in force.
  ///   - store: knows which rows came before.
  init(
    _ source: any RulesSource, _ rules: Rules, _ store: any StoreReader, _ upkeep: ContractUpkeep,
    now: @escaping @Sendable () -> Int64
  ) async throws(StoreError) {
    self.source = source
    self.rules = rules
    self.store = store
    self.upkeep = upkeep
    self.now = now
    feedChanges = store.feedChangesElsewhere
    gate = try await rules.gate(store, now: now())
  }

  /// Whether newer rules are in force, or another process has changed something about feeds.
  var isOutdated: Bool {
    source.revision != rules.revision || store.feedChangesElsewhere != feedChanges
  }

  /// Takes the rules in force. Rows that were let in by older ones must be committed before.
  mutating func take() async throws(StoreError) {
    let current = source.take()
    guard isOutdated else { return }
    // First, because the gate needs to know since when a contract names a pair.
    if current.revision != rules.revision { try await upkeep.noteFeeds(current) }
    feedChanges = store.feedChangesElsewhere
    gate = try await current.gate(store, now: now())
    rules = current
  }

  /// Decides which records of a batch come in. The store is asked once, and only if the result depends on
  /// which parcels it knows.
  func admit(_ batch: RecordBatch) async throws(StoreError) -> GatedBatch {
    let questions = gate.questions(about: batch)
    guard !questions.isEmpty else { return gate.admit(batch) }
    return gate.admit(batch, known: try await store.known(questions))
  }

  /// The instant before which rows are too old to be kept: seconds since 1970.
  var oldestEvent: Int64 { rules.oldestEvent(at: now()) }

  func giveBack() { source.giveBack() }
}
