import Carrier
import ParcelStore

/// The open deliveries of an endpoint that are not parked, in memory. Of each parcel only the first can be tried, or one
/// behind it that has a time of its own, and one at a time.
struct OpenDeliveries: Sendable {
  private var deliveries: [Int64: OpenDelivery] = [:]
  /// Those of each parcel, in their order.
  private var ofParcel: [ParcelNumber: [Int64]] = [:]
  /// Those that are being tried.
  private var tried: Set<Int64> = []
  /// The one of each parcel whose turn it is, if none of it is tried now, by the time at which it is due, then by `seq`.
  private var heads: [Head] = []

  private struct Head: Comparable, Sendable {
    var at: Int64
    var seq: Int64

    static func < (left: Self, right: Self) -> Bool { (left.at, left.seq) < (right.at, right.seq) }
  }

  init(_ deliveries: [OpenDelivery]) {
    for delivery in deliveries where !delivery.isParked { put(delivery) }
  }

  var count: Int { deliveries.count }

  subscript(seq: Int64) -> OpenDelivery? { deliveries[seq] }

  /// Whether later entries of a parcel have to wait.
  func blocks(_ parcel: ParcelNumber) -> Bool { ofParcel[parcel] != nil }

  // MARK: Changes

  /// Adds one, or takes it in as it is now; one that is parked goes.
  mutating func put(_ delivery: OpenDelivery) {
    guard !delivery.isParked else { return remove(delivery.seq) }
    setHead(of: delivery.parcel) { open in
      open.tried.remove(delivery.seq)
      open.deliveries[delivery.seq] = delivery
      var seqs = open.ofParcel[delivery.parcel] ?? []
      if let place = seqs.firstIndex(where: { $0 >= delivery.seq }) {
        if seqs[place] != delivery.seq { seqs.insert(delivery.seq, at: place) }
      } else {
        seqs.append(delivery.seq)
      }
      open.ofParcel[delivery.parcel] = seqs
    }
  }

  mutating func remove(_ seq: Int64) {
    guard let delivery = deliveries[seq] else { return }
    setHead(of: delivery.parcel) { open in
      open.tried.remove(seq)
      open.deliveries[seq] = nil
      open.ofParcel[delivery.parcel]?.removeAll { $0 == seq }
      if open.ofParcel[delivery.parcel]?.isEmpty == true { open.ofParcel[delivery.parcel] = nil }
    }
  }

  /// One that is being tried is given to nobody else until it is put, removed or given back.
  mutating func begin(_ seq: Int64) {
    guard let delivery = deliveries[seq] else { return }
    setHead(of: delivery.parcel) { $0.tried.insert(seq) }
  }

  mutating func giveBack(_ seq: Int64) {
    guard let delivery = deliveries[seq] else { return }
    setHead(of: delivery.parcel) { $0.tried.remove(seq) }
  }

  // MARK: Whose turn it is

  /// The first that is due.
  func next(at now: Int64) -> DeliveryQueue.Wanted? {
    guard let head = heads.first, RetrySchedule.isDue(head.at, at: now) else { return nil }
    return wanted(head.seq)
  }

  /// The one that is due first, even if it is not yet.
  var first: DeliveryQueue.Wanted? { heads.first.flatMap { wanted($0.seq) } }

  private func wanted(_ seq: Int64) -> DeliveryQueue.Wanted? {
    deliveries[seq].map { DeliveryQueue.Wanted(seq: seq, parcel: $0.parcel) }
  }

  // MARK: Heads

  private mutating func setHead(of parcel: ParcelNumber, after change: (inout Self) -> Void) {
    removeHead(of: parcel)
    change(&self)
    guard let head = head(of: parcel) else { return }
    heads.insert(head, at: place(of: head))
  }

  private mutating func removeHead(of parcel: ParcelNumber) {
    guard let head = head(of: parcel) else { return }
    let place = place(of: head)
    if place < heads.count, heads[place] == head { heads.remove(at: place) }
  }

  private func head(of parcel: ParcelNumber) -> Head? {
    guard let seqs = ofParcel[parcel], !seqs.contains(where: tried.contains) else { return nil }
    return seqs.compactMap { seq in
      if case .waiting(let until)? = deliveries[seq]?.state { return Head(at: until, seq: seq) }
      // What stood behind another one may go when that is gone.
      return seq == seqs.first ? Head(at: 0, seq: seq) : nil
    }.min()
  }

  private func place(of head: Head) -> Int {
    var (low, high) = (0, heads.count)
    while low < high {
      let middle = (low + high) / 2
      if heads[middle] < head { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
