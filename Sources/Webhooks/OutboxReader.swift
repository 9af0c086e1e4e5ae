import Carrier
import ParcelStore

/// Reads for a run what the journal, which is the outbox, has for its endpoint: in pages, each with how its parcels stand.
struct OutboxReader {
  /// An entry that is to be sent.
  struct Found: Sendable {
    let entry: JournalEntry
    let standing: ParcelStanding
    let readAt: ContinuousClock.Instant
  }

  struct Page {
    var wanted: [DeliveryQueue.Wanted] = []
    /// Up to here all others are not wanted.
    var reached: Int64
  }

  private let deliverer: Deliverer
  private var choice: (choice: DeliveryChoice, revision: Int)?
  /// Those that wait in the window.
  private var found: [Int64: Found] = [:]
  /// Whether the journal may have more than was read.
  var hasMore = true
  /// When the last page was read, where it was the last that there was: seconds since 1970.
  private(set) var endSeenAt: Int64?
  /// When the endpoint last had all there was: seconds since 1970. Ages count back from here.
  var caughtUpAt: Int64

  init(_ deliverer: Deliverer, caughtUpAt: Int64) {
    self.deliverer = deliverer
    self.caughtUpAt = caughtUpAt
  }

  subscript(seq: Int64) -> Found? { found[seq] }

  mutating func forget(_ seq: Int64) { found[seq] = nil }

  mutating func forget(upTo position: Int64) { found = found.filter { $0.key > position } }

  mutating func read(after seq: Int64, limit: Int) async throws(StoreError) -> Page {
    let choice = currentChoice()
    let now = deliverer.now()
    // A clock that went wrong and was set back makes nothing too old.
    let instant = min(caughtUpAt, now)
    let entries = try await deliverer.store.journal(after: seq, limit: limit)
    let moment = ContinuousClock.now
    let wanted = entries.filter { choice.verdict($0, asOf: instant) != .unwanted }
    let standings = try await Self.standings(of: wanted, in: deliverer.store)
    var page = Page(reached: entries.last?.seq ?? seq)
    for entry in wanted {
      guard let number = entry.number else { continue }
      let standing = entry.parcel.flatMap { standings[$0] } ?? ParcelStanding()
      switch choice.verdict(entry, of: standing, asOf: instant) {
      case .unwanted: continue
      case .wantedIfYoung where !choice.isYoung(standing.since, asOf: instant): continue
      case .wanted, .wantedIfYoung: break
      }
      let isErasure = if case .erasure = entry { true } else { false }
      page.wanted.append(
        DeliveryQueue.Wanted(seq: entry.seq, parcel: number, isErasure: isErasure))
      found[entry.seq] = Found(entry: entry, standing: standing, readAt: moment)
    }
    hasMore = entries.count >= limit
    endSeenAt = hasMore ? nil : now
    return page
  }

  private mutating func currentChoice() -> DeliveryChoice {
    let (contracts, revision) = deliverer.contracts()
    if let choice, choice.revision == revision { return choice.choice }
    let new = DeliveryChoice(deliverer.endpoint, contracts)
    choice = (new, revision)
    return new
  }

  // MARK: As of the try

  /// What is known of a parcel counts for so long as what is known at a try.
  private static let freshness = Duration.seconds(1)
  /// An entry that has stood in the window for longer is read again: it may be deleted by now, or mean something else by
  /// a new map.
  private static let entryFreshness = Duration.seconds(60)

  /// - Returns: nil: the entry is no more.
  static func fresh(
    _ known: Found?, _ seq: Int64, in store: any EventStore
  ) async throws(StoreError) -> Found? {
    let moment = ContinuousClock.now
    if let known, moment - known.readAt < freshness { return known }
    var entry: JournalEntry?
    if let known, moment - known.readAt < entryFreshness { entry = known.entry }
    if entry == nil {
      // Also of an open delivery: its entry is in no window.
      entry = try await store.journal(after: seq - 1, limit: 1).first { $0.seq == seq }
    }
    guard let entry, entry.number != nil else { return nil }
    let standings = try await standings(of: [entry], in: store)
    let standing = entry.parcel.flatMap { standings[$0] } ?? ParcelStanding()
    return Found(entry: entry, standing: standing, readAt: moment)
  }

  private static func standings(
    of entries: [JournalEntry], in store: any EventStore
  ) async throws(StoreError) -> [ParcelOfAccount: ParcelStanding] {
    let parcels = Set(entries.compactMap(\.parcel))
    return parcels.isEmpty ? [:] : try await store.standings(of: parcels)
  }
}

extension JournalEntry {
  /// Nil: it is about entries that are no more.
  fileprivate var number: ParcelNumber? {
    switch self {
    case .event(let event): event.parcel
    case .correction(let correction): correction.parcel.number
    case .erasure(let erasure): erasure.number
    case .pruned: nil
    }
  }

  fileprivate var parcel: ParcelOfAccount? {
    switch self {
    case .event(let event): ParcelOfAccount(number: event.parcel, account: event.account)
    case .correction(let correction): correction.parcel
    case .erasure(let erasure):
      erasure.account.map { ParcelOfAccount(number: erasure.number, account: $0) }
    case .pruned: nil
    }
  }
}
