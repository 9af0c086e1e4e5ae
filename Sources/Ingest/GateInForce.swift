import Contract
import ParcelStore
import TrackingFile

/// The gate of the rules in force, which is made anew when they are exchanged.
struct GateInForce: Sendable {
  private let source: any RulesSource
  private let store: any StoreReader
  private let upkeep: ContractUpkeep
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  private(set) var rules: Rules
  private(set) var gate: Gate
  /// What the store said of others' changes when the gate was made.
  private var feedChanges: Int

  /// - Parameters:
  ///   - rules: those by which the feeds were noted last; other ones may be in force by now.
  ///   - store: knows what rows came before.
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

  /// Whether other rules are in force, or another process changed what the gate knows of feeds.
  var isOutdated: Bool {
    source.revision != rules.revision || store.feedChangesElsewhere != feedChanges
  }

  /// Takes the rules in force, to let rows in by them. What came in by others has to be stored by then.
  mutating func take() async throws(StoreError) {
    let current = source.take()
    guard isOutdated else { return }
    // First, because the gate asks since when a pair is named.
    if current.revision != rules.revision { try await upkeep.noteFeeds(current) }
    feedChanges = store.feedChangesElsewhere
    gate = try await current.gate(store, now: now())
    rules = current
  }

  /// Judges the records of a batch. The store is asked once, and only where the verdict depends on which
  /// parcels it has.
  func admit(_ batch: RecordBatch) async throws(StoreError) -> GatedBatch {
    let questions = gate.questions(about: batch)
    guard !questions.isEmpty else { return gate.admit(batch) }
    return gate.admit(batch, known: try await store.known(questions))
  }

  func giveBack() { source.giveBack() }
}
