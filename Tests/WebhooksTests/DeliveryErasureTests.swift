import Carrier
import ParcelStore
import Testing
import Webhooks

/// An erasure waits behind nothing that was refused: who has a recipient's data is to forget it soon.
@Suite struct DeliveryErasureTests {
  private static let fault = DeliveryFault(status: 422, reason: "it answered with status 422")

  private static func entry(_ seq: Int64, isErasure: Bool = false) throws -> DeliveryQueue.Wanted {
    DeliveryQueue.Wanted(
      seq: seq, parcel: try #require(ParcelNumber("A00000000001")), isErasure: isErasure)
  }

  /// Each refusal is followed by a hundred seconds.
  private static func queue(
    _ record: EndpointRecord = EndpointRecord(name: "shop", position: 0, since: 0),
    open: [OpenDelivery] = []
  ) -> DeliveryQueue {
    DeliveryQueue(record, open: open, DeliveryQueue.Limits()) { tries in
      tries < 4 ? 100 : nil
    }
  }

  /// One that has refused the first entry, behind which the second one waits.
  private static func refusing() throws -> DeliveryQueue {
    var queue = queue()
    queue.add([try entry(1), try entry(2)], reached: 2)
    let seen1 = queue.next(at: 0)
    let first = try #require(seen1)
    queue.end(first, .refused(fault, delay: nil), at: 0)
    return queue
  }

  /// Takes all that can be sent at this time.
  private static func takeAll(_ queue: inout DeliveryQueue, at now: Int64) -> [Int64] {
    var seqs: [Int64] = []
    while let entry = queue.next(at: now) {
      seqs.append(entry.seq)
      queue.end(entry, .taken, at: now)
    }
    return seqs
  }

  @Test func itPassesWhatWasRefusedAndWhatComesLaterDoesNot() throws {
    var queue = try Self.refusing()
    queue.add([try Self.entry(3, isErasure: true), try Self.entry(4)], reached: 4)
    let atOnce = Self.takeAll(&queue, at: 1)
    #expect(atOnce == [3])
    let later = Self.takeAll(&queue, at: 100)
    #expect(later == [1, 2, 4])
    let progress = queue.takeProgress()
    #expect(progress?.position == 4 && progress?.open == [] && progress?.delivered == 4)
  }

  @Test func oneThatIsReadAlreadyPassesWhatIsRefusedThen() throws {
    var queue = Self.queue()
    queue.add(
      [try Self.entry(1), try Self.entry(2), try Self.entry(3, isErasure: true)], reached: 3)
    let seen2 = queue.next(at: 0)
    let first = try #require(seen2)
    let early = queue.next(at: 0)
    #expect(first.seq == 1 && early == nil, "what is not refused is not passed")
    queue.end(first, .refused(Self.fault, delay: nil), at: 0)
    let atOnce = Self.takeAll(&queue, at: 0)
    #expect(atOnce == [3])
    let later = Self.takeAll(&queue, at: 100)
    #expect(later == [1, 2])
  }

  @Test func nothingElseOfTheParcelIsTriedMeanwhile() throws {
    var queue = try Self.refusing()
    queue.add([try Self.entry(3, isErasure: true)], reached: 3)
    let seen3 = queue.next(at: 100)
    let erasure = try #require(seen3)
    let other = queue.next(at: 100)
    #expect(erasure.seq == 3 && other == nil)
    queue.end(erasure, .broken, at: 100)
    let again = queue.next(at: 100)
    #expect(again?.seq == 3)
  }

  @Test func oneThatIsRefusedItselfHoldsUpOnlyWhatComesLater() throws {
    var queue = try Self.refusing()
    queue.add([try Self.entry(3, isErasure: true), try Self.entry(4)], reached: 4)
    let seen4 = queue.next(at: 50)
    let erasure = try #require(seen4)
    queue.end(erasure, .refused(Self.fault, delay: nil), at: 50)
    let before = Self.takeAll(&queue, at: 100)
    #expect(before == [1, 2])
    let after = Self.takeAll(&queue, at: 150)
    #expect(after == [3, 4])
  }

  /// What is saved is enough to know it.
  @Test func itPassesThemAfterACrash() throws {
    var queue = try Self.refusing()
    queue.add([try Self.entry(3, isErasure: true)], reached: 3)
    let seen5 = queue.takeProgress()
    let saved = try #require(seen5)
    let record = EndpointRecord(name: "shop", position: saved.position, since: 0)
    var next = Self.queue(record, open: saved.open)
    let atOnce = Self.takeAll(&next, at: 1)
    #expect(atOnce == [3])
    let later = Self.takeAll(&next, at: 100)
    #expect(later == [1, 2])
  }
}
