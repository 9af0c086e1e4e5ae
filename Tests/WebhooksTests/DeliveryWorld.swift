import Carrier
import ParcelStore
import Testing
import Webhooks

/// A journal, a store that forgets nothing, an endpoint with moods, and a process that is killed now and then.
struct DeliveryWorld {
  private var random: Dice
  private var entries: [DeliveryQueue.Wanted]
  private var record = EndpointRecord(name: "shop", position: 0, since: 0)
  private var open: [Int64: OpenDelivery] = [:]
  private var now: Int64 = 0
  /// The entries that the endpoint took, each time it did.
  private var taken: [Int64] = []
  /// What the process of now knows to be delivered.
  private var known: Set<Int64> = []
  private var isAway = false

  private static let window = 16
  private static let savedAfter = 8
  /// From a second to more than a day: the longest step of an outage.
  private static let pauses = (0...17).map { Int64(1) << $0 }

  init(seed: UInt64) throws {
    var dice = Dice(state: seed &* 0x9e37_79b9_7f4a_7c15 | 1)
    entries = try (1...300).compactMap { seq in
      // Gaps: what the endpoint does not want.
      dice.next(5) == 0 ? nil : try DeliveryQueue.Wanted(seq: seq, of: dice.next(12))
    }
    random = dice
  }

  mutating func run() throws {
    for place in entries.indices where random.next(20) == 0 { entries[place].isErasure = true }
    for _ in 0..<400 where !isDone {
      try live(steps: random.next(120))
      // It was killed. What it knew to be delivered and did not save comes again.
      let again = known.filter { $0 > record.position || open[$0]?.isParked == false }
      #expect(again.count <= Self.window + Self.savedAfter + 4)
    }
    isAway = false
    try live(steps: 20_000, isKilled: false)
    #expect(isDone)
    let parked = open.values.filter(\.isParked).map(\.seq)
    #expect(Set(taken).union(parked) == Set(entries.map(\.seq)), "an entry is lost")
    expectOrder()
  }

  private var isDone: Bool {
    record.position >= (entries.last?.seq ?? 0) && open.values.allSatisfy(\.isParked)
  }

  /// When an entry is taken for the first time, all earlier ones of its parcel have been taken, or are parked. Only an
  /// erasure may pass others.
  private func expectOrder() {
    var seen: Set<Int64> = []
    let parcels = Dictionary(grouping: entries, by: \.parcel).mapValues { $0.map(\.seq) }
    let parcelOf = Dictionary(uniqueKeysWithValues: entries.map { ($0.seq, $0.parcel) })
    let parked = Set(open.values.filter(\.isParked).map(\.seq))
    let erasures = Set(entries.filter(\.isErasure).map(\.seq))
    for seq in taken where seen.insert(seq).inserted && !erasures.contains(seq) {
      let earlier = parcelOf[seq].flatMap { parcels[$0] }?.filter { $0 < seq } ?? []
      #expect(earlier.allSatisfy { seen.contains($0) || parked.contains($0) })
    }
  }

  /// One life of the process.
  private mutating func live(steps: Int, isKilled: Bool = true) throws {
    var limits = DeliveryQueue.Limits()
    limits.window = Self.window
    limits.open = 20
    var queue = DeliveryQueue(
      record,
      open: open.values.filter { !$0.isParked || $0.seq > record.position }
        .sorted { $0.seq < $1.seq }, limits
    ) { $0 < 6 ? Int64($0) * 30 : nil }
    var inFlight: [DeliveryQueue.Wanted] = []
    known = []
    for _ in 0..<steps {
      if queue.room > 0 {
        let next = entries.filter { $0.seq > queue.reached }.prefix(min(queue.room, 5))
        queue.add(Array(next), reached: next.last?.seq ?? 300)
      }
      while let entry = queue.next(at: now) {
        #expect(!inFlight.contains { $0.parcel == entry.parcel }, "two of one parcel at a time")
        inFlight.append(entry)
      }
      if isKilled, random.next(20) == 0 { isAway.toggle() }
      if !inFlight.isEmpty {
        let entry = inFlight.remove(at: random.next(inFlight.count))
        let end = answer(to: entry)
        if end == .taken { known.insert(entry.seq) }
        queue.end(entry, end, at: now)
      }
      if queue.unsaved >= Self.savedAfter || random.next(6) == 0 { save(&queue) }
      now += Int64(random.next(20))
      if inFlight.isEmpty, random.next(3) == 0 {
        // Nothing happens for so long that something is due.
        now += Self.pauses.first { queue.hasNext(at: now + $0) } ?? 0
      }
      if !isKilled, isDone, inFlight.isEmpty { break }
    }
    if !isKilled { save(&queue) }
  }

  private mutating func answer(to entry: DeliveryQueue.Wanted) -> DeliveryQueue.End {
    let fault = DeliveryFault(reason: "no")
    if isAway { return .unavailable(fault, delay: nil) }
    switch random.next(12) {
    case 0: return .refused(fault, delay: nil)
    case 1:
      // It took it, and the answer was lost.
      taken.append(entry.seq)
      return .unavailable(fault, delay: random.next(2) == 0 ? nil : 40)
    case 2: return .broken
    default:
      taken.append(entry.seq)
      return .taken
    }
  }

  private mutating func save(_ queue: inout DeliveryQueue) {
    guard let progress = queue.takeProgress() else { return }
    #expect(progress.position >= record.position)
    record.position = progress.position
    record.outage = progress.outage
    record.stoppedAt = progress.stoppedAt
    for delivery in progress.open { open[delivery.seq] = delivery }
    for seq in progress.closed { open[seq] = nil }
  }
}

/// Numbers that are the same for the same seed.
struct Dice: Sendable {
  var state: UInt64

  mutating func next(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return count > 0 ? Int(state >> 11) % count : 0
  }
}
