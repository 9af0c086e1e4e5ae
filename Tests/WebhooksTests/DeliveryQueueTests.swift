import ParcelStore
import Testing
import Webhooks

/// In which order entries go, where the position stands, and what becomes of one that is refused.
@Suite struct DeliveryQueueTests {
  typealias Wanted = DeliveryQueue.Wanted

  private static let fault = DeliveryQueue.fault

  // MARK: Order

  @Test func entriesOfOneParcelGoOutOneAfterTheOther() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 1, 2, 1, 3])
    let first = queue.nextAll()
    #expect(first.map(\.seq) == [1, 3, 5])
    queue.end(entries[0], .taken, at: 0)
    let then = queue.nextAll()
    #expect(then.map(\.seq) == [2])
  }

  @Test func noMoreAtOnceThanAllowed() throws {
    var (queue, _) = try DeliveryQueue.sample(of: [1, 2, 3], concurrency: 2)
    let begun = queue.nextAll()
    #expect(begun.map(\.seq) == [1, 2])
  }

  @Test func thePositionFollowsTheFirstThatHasNotEnded() throws {
    var queue = DeliveryQueue.sample()
    let entries = try Wanted.entries([1, 2, 3])
    queue.add(entries, reached: 7)
    _ = queue.nextAll()
    queue.end(entries[1], .taken, at: 5)
    let behindTheFirst = queue.takeProgress()
    #expect(behindTheFirst?.position == 0)
    queue.end(entries[0], .taken, at: 5)
    let ofTwo = queue.takeProgress()
    #expect(ofTwo?.position == 2)
    queue.end(entries[2], .taken, at: 6)
    let ofAll = queue.takeProgress()
    let progress = try #require(ofAll)
    #expect(progress.position == 7)
    #expect(progress.delivered == 1)
    #expect(progress.lastDelivery == 6)
    let nothing = queue.takeProgress()
    #expect(nothing == nil)
  }

  @Test func whatIsNotWantedMovesThePositionToo() {
    var queue = DeliveryQueue.sample()
    queue.add([], reached: 40)
    let progress = queue.takeProgress()
    #expect(progress?.position == 40)
  }

  @Test func theWindowIsBounded() throws {
    var queue = DeliveryQueue.sample(window: 3)
    #expect(queue.room == 3)
    queue.add(try Wanted.entries([1, 2]), reached: 2)
    #expect(queue.room == 1)
    queue.add([try Wanted(seq: 3, of: 3)], reached: 3)
    #expect(queue.room == 0)
  }

  /// It would be a write each second for an endpoint that has nothing to do.
  @Test func thatItHasAllIsSavedByItselfOnceAnHour() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1])
    queue.noteCaughtUp(at: 3_599)
    _ = queue.next(at: 3_599)
    queue.end(entries[0], .broken, at: 3_599)
    let early = queue.takeProgress()
    #expect(early == nil)
    queue.noteCaughtUp(at: 3_600)
    let hourly = queue.takeProgress()
    #expect(hourly?.caughtUpAt == 3_600)
    queue.noteCaughtUp(at: 3_700)
    let soon = queue.takeProgress()
    #expect(soon == nil)
    _ = queue.next(at: 3_700)
    queue.end(entries[0], .taken, at: 3_700)
    let withMore = queue.takeProgress()
    #expect(withMore?.caughtUpAt == 3_700 && withMore?.delivered == 1)
    queue.noteCaughtUp(at: 10)
    let setBack = queue.takeProgress()
    #expect(setBack?.caughtUpAt == 10, "the clock was set back")
  }

  // MARK: Refusals

  @Test func oneThatIsRefusedWaitsAndLaterOnesOfItsParcelBehindIt() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 2, 1])
    let begun = queue.nextAll()
    #expect(begun.map(\.seq) == [1, 2])
    queue.end(entries[0], .refused(Self.fault, delay: nil), at: 100)
    queue.end(entries[1], .taken, at: 100)
    #expect(queue.isQuiet(at: 100))
    let refused = queue.takeProgress()
    let progress = try #require(refused)
    #expect(progress.position == 3)
    #expect(progress.open.map(\.seq) == [1, 3])
    #expect(progress.open.map(\.state) == [.waiting(until: 110), .behind])
    // An entry that comes now stays behind both.
    queue.add([try Wanted(seq: 4, of: 1)], reached: 4)
    #expect(queue.isQuiet(at: 109))
    let again = queue.nextAll(at: 110)
    #expect(again.map(\.seq) == [1])
    queue.end(entries[0], .taken, at: 111)
    let second = queue.nextAll(at: 111)
    #expect(second.map(\.seq) == [3])
    queue.end(entries[2], .taken, at: 111)
    let third = queue.nextAll(at: 111)
    #expect(third.map(\.seq) == [4])
    let taken = queue.takeProgress()
    #expect(taken?.closed == [1, 3])
  }

  @Test func afterTheLastTryItIsParkedAndTheParcelGoesOn() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1, 1])
    for now: Int64 in [0, 100, 200, 300] {
      let entry = queue.next(at: now)
      #expect(entry?.seq == 1)
      queue.end(entries[0], .refused(Self.fault, delay: nil), at: now)
    }
    let changes = queue.takeChanges()
    guard case .parked(let delivery) = changes.last else {
      Issue.record("\(changes)")
      return
    }
    #expect(delivery.tries == 4)
    #expect(delivery.state == .parked(at: 300))
    #expect(delivery.fault == Self.fault)
    let next = queue.next(at: 400)
    #expect(next?.seq == 2)
    let saved = queue.takeProgress()
    let progress = try #require(saved)
    #expect(progress.open.first { $0.seq == 1 }?.isParked == true)
  }

  @Test func aLongerDelayThatIsAskedForIsKeptTo() throws {
    var (queue, entries) = try DeliveryQueue.sample(of: [1])
    _ = queue.next(at: 0)
    queue.end(entries[0], .refused(Self.fault, delay: 600), at: 0)
    #expect(!queue.hasNext(at: 599) && queue.hasNext(at: 600))
  }

  // MARK: Everything at random

  @Test(arguments: 1...40) func nothingIsLostWhateverFailsAndWhereverItStops(_ seed: Int) throws {
    var world = try DeliveryWorld(seed: UInt64(seed))
    try world.run()
  }
}
