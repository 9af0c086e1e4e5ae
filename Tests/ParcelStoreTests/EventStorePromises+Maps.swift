import Carrier
import ParcelStore
import Status
import TestSupport
import Testing

/// After another status map, history says what it would say if that map had been in force from the beginning.
extension EventStorePromises {
  /// Gives each code another status, knows a code that was unmapped, and lacks one that was known.
  static let otherMap: StatusMap = {
    let statuses = ParcelStatus.allCases.filter { $0 != .unmapped }
    var codes = zip(statuses, statuses.dropFirst()).map { status, next in
      StatusMap.CodeRule(code: status.name, meaning: Meaning(status: next))
    }
    codes.append(StatusMap.CodeRule(code: "ZZ1", meaning: Meaning(status: .delivered, mode: .hand)))
    do {
      return try StatusMap(
        name: "samples", version: "2", codes: codes, labels: [], extending: .builtIn)
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static func change(of store: any EventStore, to map: StatusMap) async throws -> MapChange {
    var change = MapChange(to: map)
    change.compare(try await store.storedWordings(after: 0, limit: .max))
    return change
  }

  /// All that people see of the parcels, as text.
  private static func shown(_ store: any EventStore) async throws -> [String] {
    var lines: [String] = []
    for summary in try await store.parcels(ParcelFilter(limit: 1000)) {
      lines.append("\(summary.parcel) \(summary.account) \(summary.meaning) \(summary.since)")
      for timeline in try await store.timelines(of: summary.parcel, accountID: nil) {
        lines += timeline.events.map { "\($0.parcel) \($0.account) \($0.time) \($0.meaning)" }
      }
    }
    return lines.sorted()
  }

  @discardableResult
  static func follow(_ store: any EventStore, limit: Int = 1) async throws -> Int {
    var corrected = 0
    while let step = try await store.remapParcels(limit: limit, at: Samples.now + 60) {
      corrected += step.corrected
      if step.progress == nil { break }
    }
    return corrected
  }

  @Test(arguments: StoreKind.allCases, 0..<12)
  func afterAnotherMapHistoryIsAsIfItHadBeenInForceFromTheBeginning(
    _ kind: StoreKind, seed: Int
  ) async throws {
    var random = RandomRows(
      generator: SeededGenerator(seed: UInt64(seed)), hasCoarse: seed % 3 != 0,
      hasOdd: seed.isMultiple(of: 2))
    let (rows, later) = (random.rows(60), random.rows(20))
    let (store, expected) = (try await kind.open(), try await kind.open())
    try await expected.commit(
      SampleFile(path: "1.csv", statusMap: Self.otherMap).part(rows),
      SampleFile(path: "2.csv", statusMap: Self.otherMap).part(later))

    try await store.commit(rows, path: "1.csv")
    let change = try await Self.change(of: store, to: Self.otherMap)
    #expect(try await store.putInForce(change, at: Samples.now))
    _ = try await store.remapParcels(limit: 2, at: Samples.now + 60)
    // Parcels of before and behind get events meanwhile.
    try await store.commit(SampleFile(path: "2.csv", statusMap: Self.otherMap).part(later))
    try await Self.follow(store, limit: 1 + seed % 3)

    #expect(try await Self.shown(store) == Self.shown(expected))
    let map = try #require(try await store.mapInForce())
    #expect(map.matches(Self.otherMap) && map.progress == nil && map.since == Samples.now)
    #expect(try await !store.hasWordings(notBy: "\(Self.otherMap.version)"))
    #expect(try await store.remapParcels(limit: 1, at: Samples.now) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func aCorrectedStatusIsAnEntryOfItsOwnForFollowers(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "ZZ1", date: "28/08/2026 11:00:00"),
      Row(parcel: "AB1234567890", code: "ZZ0"), Row(parcel: "CD1234567890", code: "announced"),
    ])
    let change = try await Self.change(of: store, to: Self.otherMap)
    #expect(change.wordings.count == 2 && change.lost.isEmpty)
    #expect(try await store.putInForce(change, at: Samples.now))
    #expect(try await Self.follow(store) == 2)

    let entries = try await store.journal(after: 0, limit: 100)
    #expect(entries.map(\.seq) == [1, 2, 3, 4, 5])
    let corrections = entries.compactMap { entry -> StatusCorrection? in
      if case .correction(let correction) = entry { correction } else { nil }
    }
    #expect(
      Set(corrections.map(\.parcel.number)) == [Samples.parcel, Samples.number("CD1234567890")])
    let learnt = try #require(corrections.first { $0.parcel.number == Samples.parcel })
    #expect(learnt.previous == .unmapped && learnt.status == .delivered && learnt.mode == .hand)
    #expect(learnt.at == Samples.now + 60 && learnt.map == Self.otherMap.version)
    #expect(learnt.parcel.account == Samples.shop)
    // A page may end between an event and a correction, and the next one begins there.
    #expect(try await store.journal(after: 3, limit: 1).map(\.seq) == [4])
    // Events go on after the corrections.
    let report = try await store.commit([Row(date: "30/08/2026 10:00:00")], path: "b.csv")
    #expect(report.lastSeq == 6)
    #expect(try await store.events(after: 0, limit: 100).map(\.seq) == [1, 2, 3, 6])
    #expect(try await store.check().isGood)
    let wordings = try await store.remappedWordings()
    #expect(wordings.map(\.parcels) == [1, 1])
    #expect(Set(wordings.map(\.before.meaning.status)) == [.unmapped, .announced])
  }

  @Test(arguments: StoreKind.allCases)
  func aListOfEventsHasTheCorrectionsThatMeetItsFilter(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let numbers = ["991122334455", "AB1234567890", "CD1234567890"]
    try await store.commit(numbers.map { Row(parcel: $0, code: "ZZ1") })
    #expect(
      try await store.putInForce(
        try await Self.change(of: store, to: Self.otherMap), at: Samples.now))
    #expect(try await Self.follow(store) == 3)
    try await store.commit([Row(code: "announced", date: "27/08/2026 10:00:00")], path: "b.csv")

    /// Page by page, as the command reads.
    func list(_ limit: Int, _ change: (inout EventFilter) -> Void) async throws -> [Int64] {
      var filter = EventFilter()
      change(&filter)
      var (seqs, next) = ([Int64](), Int64(0))
      while true {
        let page = try await store.journal(filter, after: next, limit: limit)
        #expect(page.entries.count <= limit && page.reached >= next)
        seqs += page.entries.map(\.seq)
        next = page.reached
        if page.isLast { return seqs }
      }
    }
    for limit in [1, 2, 100] {
      #expect(try await list(limit) { _ in } == [1, 2, 3, 4, 5, 6, 7])
      // All three are delivered by the map of today.
      #expect(try await list(limit) { $0.statuses = [.delivered] } == [1, 2, 3, 4, 5, 6])
      #expect(try await list(limit) { $0.statuses = [.lost] } == [])
      let ofOne = try await list(limit) { $0.parcel = Samples.parcel }
      #expect(ofOne.count == 3 && ofOne.first == 1 && ofOne.last == 7)
      // They were corrected at this time, and happened days before.
      #expect(try await list(limit) { $0.since = Samples.now + 60 } == [4, 5, 6])
      #expect(try await list(limit) { $0.until = Samples.now + 60 } == [1, 2, 3, 7])
      #expect(try await list(limit) { $0.site = "75A" } == [1, 2, 3, 7])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func anotherMapWaitsUntilAllParcelsFollowTheOneBefore(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.mapInForce() == nil)
    try await store.commit([Row(), Row(parcel: "AB1234567890")])
    let first = try await Self.change(of: store, to: Self.otherMap)
    #expect(try await store.putInForce(first, at: Samples.now))
    let step = try #require(try await store.remapParcels(limit: 1, at: Samples.now))
    #expect(step.parcels == 1 && step.corrected == 1 && step.progress != nil)
    let back = try await Self.change(of: store, to: Samples.statusMap)
    #expect(try await !store.putInForce(back, at: Samples.now))
    #expect(try await store.mapInForce()?.version == Self.otherMap.version)
    try await Self.follow(store)
    #expect(try await store.putInForce(back, at: Samples.now + 1))
    try await Self.follow(store)
    #expect(try await store.currentStatus() == .delivered)
    #expect(try await store.mapInForce()?.matches(Samples.statusMap) == true)
  }

  @Test(arguments: StoreKind.allCases)
  func theParcelsOfWordingsAreCountedPageByPage(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "ZZ1"), Row(code: "ZZ1", date: "29/08/2026 10:00:00"), Row(code: "announced"),
      Row(parcel: "AB1234567890", code: "ZZ1"), Row(parcel: "CD1234567890"),
    ])
    let wordings = try await store.storedWordings(after: 0, limit: 100)
    let unknown = try #require(wordings.first { $0.wording.code == "ZZ1" })
    #expect(unknown.events == 3 && unknown.meaning.status == .unmapped)
    var (count, done, pages) = (0, Int64(0), 0)
    while let page = try await store.parcels(with: [unknown.number], after: done, limit: 1) {
      count += page.counts[unknown.number] ?? 0
      (done, pages) = (page.progress.done, pages + 1)
    }
    #expect(count == 2 && pages == 3)
  }
}
