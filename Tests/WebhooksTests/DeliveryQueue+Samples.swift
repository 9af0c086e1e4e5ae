import Carrier
import ParcelStore
import Testing
import Webhooks

extension DeliveryQueue {
  static let fault = DeliveryFault(status: 500, reason: "it answered with status 500")

  /// Of an endpoint that has got nothing yet. What is refused waits for 10, 20 and 30 seconds.
  static func sample(concurrency: Int = 4, window: Int = 20) -> DeliveryQueue {
    var limits = Limits()
    limits.concurrency = concurrency
    limits.window = window
    return DeliveryQueue(
      EndpointRecord(name: "shop", position: 0, since: 0), open: [], limits
    ) { tries in tries < 4 ? Int64(tries) * 10 : nil }
  }

  /// The same, with one entry after the other of these parcels.
  static func sample(
    of parcels: [Int], concurrency: Int = 4, window: Int = 20
  ) throws -> (DeliveryQueue, [Wanted]) {
    var queue = sample(concurrency: concurrency, window: window)
    let entries = try Wanted.entries(parcels)
    queue.add(entries, reached: Int64(entries.count))
    return (queue, entries)
  }

  /// All that can be sent at once.
  mutating func nextAll(at now: Int64 = 0) -> [Wanted] {
    var begun: [Wanted] = []
    while let entry = next(at: now) { begun.append(entry) }
    return begun
  }
}

extension DeliveryQueue.Wanted {
  init(seq: Int64, of parcel: Int) throws {
    let digits = String(parcel)
    let text = "A" + String(repeating: "0", count: 11 - digits.count) + digits
    self.init(seq: seq, parcel: try #require(ParcelNumber(text)))
  }

  /// One after the other, from 1 on.
  static func entries(_ parcels: [Int]) throws -> [Self] {
    try parcels.enumerated().map { try Self(seq: Int64($0) + 1, of: $1) }
  }
}
