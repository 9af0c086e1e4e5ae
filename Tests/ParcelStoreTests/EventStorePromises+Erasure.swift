import Carrier
import Contract
import ParcelStore
import Status
import Testing
import TrackingFile

/// A recipient's data that was erased is gone, stays gone, and nothing else changes by that.
extension EventStorePromises {
  private static let day: Int64 = 86_400

  /// The whole of an erasure, as far as it is the store's.
  @discardableResult
  static func erase(
    _ store: any EventStore, _ number: ParcelNumber = Samples.parcel,
    of account: AccountPair? = Samples.shop, at instant: Int64 = Samples.now, limit: Int = 2
  ) async throws -> (erasure: Erasure, held: Int, rejected: Int) {
    let erasure = try await store.erase(number, of: account, at: instant)
    var (held, rejected, cursor) = (0, 0, ErasureCursor())
    while let step = try await store.eraseLines(of: erasure, after: cursor, limit: limit) {
      held += step.held
      rejected += step.rejected
      cursor = step.next
    }
    try await store.finish(erasure)
    return (erasure, held, rejected)
  }

  static func details(
    _ store: any EventStore, _ number: ParcelNumber = Samples.parcel
  ) async throws -> ParcelDetails? {
    try await store.timelines(of: number, accountID: nil).first?.details
  }

  private static let later = Row(
    order: "CMD-2", date: "02/09/2026 10:00:00", postcode: "1300", country: "BE")

  @Test(arguments: StoreKind.allCases)
  func anErasureEmptiesTheParcelAndItsEventsStay(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "picked_up", date: "27/08/2026 08:00:00"), Row(), Row(parcel: "AB1234567890"),
      Row(account: "D0", accountID: "EM000001"),
    ])
    let before = try await store.allEvents().map { "\($0)" }
    let erasure = try await Self.erase(store).erasure
    #expect(
      erasure
        == Erasure(seq: 5, number: Samples.parcel, account: Samples.shop, at: Samples.now))
    #expect(try await store.allEvents().map { "\($0)" } == before)
    let timelines = try await store.timelines(of: Samples.parcel, accountID: nil)
    #expect(timelines.count == 2)
    for timeline in timelines {
      let isErased = timeline.account == Samples.shop
      #expect((timeline.details == ParcelDetails()) == isErased)
    }
    #expect(try await Self.details(store, Samples.number("AB1234567890"))?.order == "CMD-1042")
    var filter = ParcelFilter()
    filter.order = "CMD-1042"
    #expect(try await store.parcels(filter).count == 2)
    #expect(try await store.currentStatus(of: Samples.number("AB1234567890")) == .delivered)
    #expect(try await store.counts().events == 4)
    let debt = try await store.erasureDebt()
    #expect(debt.unfinished == 0 && debt.files == 0)
    #expect(try await store.check(.full).isGood)
  }

  @Test(
    arguments: StoreKind.allCases,
    [
      Row(), Row(order: "CMD-9"), Row(code: "picked_up", date: "27/08/2026 08:00:00"),
      Row(date: "01/09/2026 22:00:00"), Row(date: "01/09/2026"), Row(date: ""),
      Row(date: "01/01/1950 10:00:00"), Row(date: "31/12/9999 10:00:00"),
    ])
  func earlierRowsBringNothingBackAndStillCount(_ kind: StoreKind, _ row: Row) async throws {
    for isKnown in [true, false] {
      let store = try await kind.open()
      if isKnown { try await store.commit([Row()]) }
      try await Self.erase(store)
      let report = try await store.commit(
        [row, Row(code: "announced", date: "26/08/2026 08:00:00")], path: "b.csv",
        at: Samples.now + Self.day)
      #expect(report.counts[0].eventsNew + report.counts[0].eventsRepeated == 2)
      #expect(report.counts[0].eventsNew >= 1)
      #expect(try await Self.details(store) == ParcelDetails())
      // As somebody else reads it, who has nothing of it in memory.
      await store.settle()
      try await store.commit([row], path: "c.csv", at: Samples.now + Self.day)
      #expect(try await Self.details(store) == ParcelDetails())
      #expect(try await store.check(.full).isGood)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aLaterRowIsAnotherParcelsLife(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    try await Self.erase(store)
    let other = ParcelDetails(order: "CMD-2", postcode: "1300", country: "BE")
    try await store.commit([Self.later], path: "b.csv", at: Samples.now + Self.day)
    #expect(try await Self.details(store) == other)
    for _ in 0..<2 {
      try await store.commit([Row()], path: "c.csv", at: Samples.now + Self.day)
      #expect(try await Self.details(store) == other)
      await store.settle()
    }
    var filter = ParcelFilter()
    filter.order = "CMD-2"
    #expect(try await store.parcels(filter).map(\.parcel) == [Samples.parcel])
  }

  @Test(
    arguments: StoreKind.allCases,
    [[0, 1], [1, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [1, 1, 0]])
  func earlierAndLaterRowsOfOneGroupAreToldApart(
    _ kind: StoreKind, _ order: [Int]
  ) async throws {
    for isKnown in [true, false] {
      let store = try await kind.open()
      if isKnown { try await store.commit([Row()]) }
      try await Self.erase(store)
      let rows = order.enumerated().map { index, which in
        var row = which == 0 ? Row() : Self.later
        row.site = "S\(index)"
        return row
      }
      let report = try await store.commit(rows, path: "b.csv", at: Samples.now + Self.day)
      #expect(report.counts[0].eventsNew == order.count)
      #expect(
        try await Self.details(store)
          == ParcelDetails(order: "CMD-2", postcode: "1300", country: "BE"))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsErasedAlreadyHasOneEntryAndReachesFurther(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    let first = try await Self.erase(store).erasure
    let second = try await Self.erase(store, at: Samples.now + 2 * Self.day).erasure
    #expect(second.seq == first.seq && second.at == Samples.now + 2 * Self.day)
    // Not back again, whatever the clock says.
    #expect(try await Self.erase(store).erasure == second)
    try await store.commit([Self.later], path: "b.csv", at: Samples.now + 3 * Self.day)
    #expect(try await Self.details(store) == ParcelDetails())
    #expect(try await store.erasures(in: 0...Int64.max, limit: 10) == [second])
    #expect(try await store.unfinishedErasures().isEmpty)

    var row = Self.later
    row.date = "05/09/2026 10:00:00"
    try await store.commit([row], path: "c.csv", at: Samples.now + 5 * Self.day)
    let third = try await Self.erase(store, at: Samples.now + 6 * Self.day).erasure
    #expect(third.seq == 5)
    #expect(try await Self.details(store) == ParcelDetails())
  }

  @Test(arguments: StoreKind.allCases)
  func anErasureThatIsNotFinishedIsFoundAgain(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    let begun = try await store.erase(Samples.parcel, of: Samples.shop, at: Samples.now)
    #expect(try await store.unfinishedErasures() == [begun])
    #expect(try await store.erasureDebt().unfinished == 1)
    // One that reaches further was begun since.
    let further = try await store.erase(Samples.parcel, of: Samples.shop, at: Samples.now + 1)
    try await store.finish(begun)
    #expect(try await store.unfinishedErasures() == [further])
    try await store.finish(further)
    #expect(try await store.unfinishedErasures().isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func followersGetAnEntryInTheOrderOfSeq(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    try await Self.erase(store)
    try await store.commit([Row(parcel: "AB1234567890")], path: "b.csv")
    for limit in [1, 2, 100] {
      var (entries, next): ([JournalEntry], Int64) = ([], 0)
      while case let page = try await store.journal(after: next, limit: limit),
        let last = page.last
      {
        entries += page
        next = last.seq
      }
      #expect(entries.map(\.seq) == [1, 2, 3])
      guard entries.count == 3, case .event = entries[0], case .erasure = entries[1],
        case .event = entries[2]
      else {
        Issue.record("\(entries)")
        return
      }
    }
    var filter = EventFilter()
    func seqs(_ limit: Int) async throws -> [Int64] {
      var (seqs, next): ([Int64], Int64) = ([], 0)
      while true {
        let page = try await store.journal(filter, after: next, limit: limit)
        seqs += page.entries.map(\.seq)
        next = page.reached
        if page.isLast { return seqs }
      }
    }
    filter.parcel = Samples.parcel
    for limit in [1, 2, 100] { #expect(try await seqs(limit) == [1, 2]) }
    filter.statuses = [.delivered]
    #expect(try await seqs(10) == [1])
    filter = EventFilter()
    filter.since = Samples.now
    #expect(try await seqs(10) == [2])
  }

  @Test(arguments: StoreKind.allCases)
  func anErasureOutlivesTheParcel(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    try await Self.erase(store)
    var done: Int64 = 0
    while let step = try await store.prune(before: Samples.now, after: done, limit: 256) {
      done = step.done
    }
    #expect(try await store.counts().parcels == 0)
    #expect(try await store.journal(after: 0, limit: 10).map(\.seq) == [1, 2])
    try await store.commit([Row(date: "")], path: "b.csv", at: Samples.now + Self.day)
    #expect(try await Self.details(store) == ParcelDetails())
    #expect(try await store.check(.full).isGood)
  }
}
