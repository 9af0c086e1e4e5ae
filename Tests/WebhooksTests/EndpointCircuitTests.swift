import ParcelStore
import Testing
import Webhooks

/// When an endpoint fails as a whole, what is sent to it then, and when it is back.
@Suite struct EndpointCircuitTests {
  private static let fault = DeliveryQueue.fault
  private static let away = DeliveryQueue.End.unavailable(fault, delay: nil)

  // MARK: Away

  @Test func anEndpointThatIsAwayIsAskedOnceAStep() throws {
    var (queue, _) = try DeliveryQueue.sample(of: [1, 2, 3, 4, 5], concurrency: 3)
    let first = queue.nextAll()
    #expect(first.count == 3)
    for entry in first { queue.end(entry, Self.away, at: 1_000) }
    let began = queue.takeChanges()
    guard case .failed(let outage) = began.first, began.count == 1 else {
      Issue.record("\(began)")
      return
    }
    #expect(outage.since == 1_000)
    #expect(queue.isQuiet(at: 1_009))
    let probes = queue.nextAll(at: 1_010)
    #expect(probes.map(\.seq) == [4], "one that was not tried yet")
    for probe in probes { queue.end(probe, Self.away, at: 1_010) }
    let goesOn = queue.takeChanges()
    #expect(goesOn.isEmpty)
    let again = queue.nextAll(at: 5_000)
    #expect(again.map(\.seq) == [5])
    for probe in again { queue.end(probe, .taken, at: 5_000) }
    guard case .recovered = queue.takeChanges().first else {
      Issue.record("not recovered")
      return
    }
    let rest = queue.nextAll(at: 5_000)
    #expect(rest.map(\.seq) == [1, 2, 3])
  }

  @Test func anEndpointThatAsksForALongerPauseHasItWhicheverTryWasAnsweredFirst() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2])
    _ = queue.nextAll()
    queue.end(entries[0], Self.away, at: 0)
    queue.end(entries[1], .unavailable(Self.fault, delay: 3_600), at: 1)
    #expect(!queue.hasNext(at: 3_600))
    let probe = queue.next(at: 3_601)
    #expect(probe?.seq == 1)
  }

  @Test func anEntryThatIsNoMoreSaysNothingOfTheEndpoint() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2], concurrency: 2)
    for entry in queue.nextAll() { queue.end(entry, Self.away, at: 0) }
    let probe = queue.next(at: 10)
    #expect(probe?.seq == 1)
    queue.end(entries[0], .pruned, at: 10)
    let changes = queue.takeChanges()
    #expect(changes.count == 1, "it has not recovered")
    let next = queue.next(at: 10)
    #expect(next?.seq == 2)
    let saved = queue.takeProgress()
    let progress = try #require(saved)
    #expect(progress.closed == [1] && progress.delivered == 0 && progress.outage != nil)
  }

  @Test func aClockThatWasAYearAheadHoldsNothingUp() throws {
    let year: Int64 = 365 * 86_400
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2])
    _ = queue.nextAll()
    queue.end(entries[0], .refused(Self.fault, delay: nil), at: year)
    queue.end(entries[1], Self.away, at: year)
    let probe = queue.next(at: 100)
    #expect(probe?.seq == 1)
    queue.end(entries[0], Self.away, at: 100)
    #expect(!queue.hasNext(at: 101), "its next step counts from now")
    let again = queue.next(at: 200)
    #expect(again?.seq == 1)
    queue.end(entries[0], .taken, at: 200)
    let other = queue.next(at: 200)
    #expect(other?.seq == 2)
  }

  @Test func inAnOutageEachIsTriedInItsTurn() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2], concurrency: 2)
    for entry in queue.nextAll() { queue.end(entry, Self.away, at: 0) }
    let first = queue.next(at: 100)
    #expect(first?.seq == 1)
    queue.end(entries[0], Self.away, at: 100)
    let second = queue.next(at: 10_000)
    #expect(second?.seq == 2)
  }

  @Test func anOutageKeepsItsEntriesInTheJournal() throws {
    var (queue, _) = try DeliveryQueue.sample(of: Array(1...500), window: 1_000)
    let first = queue.nextAll()
    for entry in first { queue.end(entry, Self.away, at: 0) }
    let saved = queue.takeProgress()
    let progress = try #require(saved)
    #expect(progress.open.count == first.count)
    #expect(progress.position == Int64(first.count))
    #expect(queue.room == 0)
  }

  // MARK: Who is to blame

  @Test func refusalsOfManyParcelsAreAnOutage() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2, 3, 4, 5, 6], concurrency: 1)
    for entry in entries.prefix(EndpointCircuit.mostRefusals) {
      let next = queue.next(at: 0)
      #expect(next == entry)
      queue.end(entry, .refused(Self.fault, delay: nil), at: 0)
    }
    #expect(queue.isQuiet(at: 0))
    let progress = queue.takeProgress()
    #expect(progress?.outage?.fault == Self.fault)
  }

  @Test func entriesThatAreNeverTakenDoNotKeepTheOthersBackForLong() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2, 3, 4, 5, 6], concurrency: 1)
    for entry in entries.prefix(EndpointCircuit.mostRefusals) {
      _ = queue.next(at: 0)
      queue.end(entry, .refused(Self.fault, delay: nil), at: 0)
    }
    let probe = queue.next(at: 10)
    #expect(probe?.seq == 6, "one that was not refused yet shows whether it takes anything")
    queue.end(entries[5], .taken, at: 10)
    guard case .recovered = queue.takeChanges().last else {
      Issue.record("not recovered")
      return
    }
  }

  /// "No such order" may be a 404, as is "no such page".
  @Test func oneThatFailsWhileOthersAreTakenIsTheOneToBlame() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2, 3], concurrency: 1)
    _ = queue.next(at: 0)
    queue.end(entries[0], Self.away, at: 0)
    let probe = queue.next(at: 10)
    #expect(probe?.seq == 2)
    queue.end(entries[1], .taken, at: 10)
    let again = queue.next(at: 20)
    #expect(again?.seq == 1)
    queue.end(entries[0], Self.away, at: 20)
    let other = queue.next(at: 20)
    #expect(other?.seq == 3, "it is no outage")
    let saved = queue.takeProgress()
    let progress = try #require(saved)
    #expect(progress.outage == nil && progress.open.first?.tries == 1)
  }

  @Test func refusalsBetweenWhichOneIsTakenAreNoOutage() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: Array(1...9), concurrency: 1)
    for entry in entries {
      let next = queue.next(at: 0)
      #expect(next == entry)
      queue.end(entry, entry.seq == 5 ? .taken : .refused(Self.fault, delay: nil), at: 0)
    }
    let changes = queue.takeChanges()
    #expect(changes.isEmpty)
  }

  @Test func whatMeetsAnOutageThatHasBegunIsNotToBlame() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2, 3], concurrency: 2)
    _ = queue.nextAll()
    queue.end(entries[0], Self.away, at: 0)
    queue.end(entries[1], .taken, at: 0)
    let both = queue.nextAll(at: 10)
    #expect(both.map(\.seq) == [1, 3])
    queue.end(entries[2], Self.away, at: 10)
    queue.end(entries[0], Self.away, at: 10)
    let saved = queue.takeProgress()
    let progress = try #require(saved)
    #expect(progress.outage?.since == 10 && progress.open.map(\.tries) == [0, 0])
  }

  // MARK: Gone

  @Test func anEndpointThatIsGoneIsAskedNoMore() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2])
    _ = queue.next(at: 0)
    queue.end(entries[0], .gone(DeliveryFault(status: 410, reason: "it is gone")), at: 7)
    #expect(queue.isQuiet(at: 8) && queue.isQuiet(at: .max))
    let saved = queue.takeProgress()
    let progress = try #require(saved)
    #expect(progress.stoppedAt == 7)
    #expect(progress.position == 0)
  }
}
