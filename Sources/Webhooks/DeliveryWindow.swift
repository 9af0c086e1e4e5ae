import Carrier

/// Entries of the journal behind an endpoint's position that are on their way, in the order of `seq`.
///
/// The position follows the first of them that has not ended.
struct DeliveryWindow: Sendable {
  typealias Wanted = DeliveryQueue.Wanted

  private enum State { case waits, isTried, hasEnded }

  private struct Item {
    var entry: Wanted
    var state = State.waits
  }

  private var items: [Item] = []
  /// Those of each parcel that have not ended, in their order.
  private var ofParcel: [ParcelNumber: [Int64]] = [:]
  /// How many of them have ended, behind one that has not.
  private(set) var ended = 0
  /// Up to here everything is known.
  private(set) var reached: Int64

  init(position: Int64) { reached = position }

  /// Up to here all have ended.
  var position: Int64 { items.first.map { $0.entry.seq - 1 } ?? reached }

  /// From the first that has not ended on.
  var length: Int { items.count }

  var isEmpty: Bool { items.isEmpty }

  // MARK: What the journal has

  /// Adds an entry behind all others.
  mutating func add(_ entry: Wanted) {
    items.append(Item(entry: entry))
    ofParcel[entry.parcel, default: []].append(entry.seq)
    reached = max(reached, entry.seq)
  }

  /// Up to here nothing else is wanted.
  mutating func reach(_ seq: Int64) { reached = max(reached, seq) }

  // MARK: Tries

  /// The first entry that may be tried: no earlier one of its parcel is on its way.
  func next(_ mayBeTried: (ParcelNumber) -> Bool) -> Wanted? {
    items.first { item in
      item.state == .waits && ofParcel[item.entry.parcel]?.first == item.entry.seq
        && mayBeTried(item.entry.parcel)
    }?.entry
  }

  mutating func begin(_ entry: Wanted) { set(entry.seq, .isTried) }

  /// Nobody knows what became of a try: it is made again.
  mutating func giveBack(_ entry: Wanted) { set(entry.seq, .waits) }

  mutating func end(_ entry: Wanted) {
    guard let place = place(of: entry.seq) else { return }
    if items[place].state != .hasEnded { ended += 1 }
    items[place].state = .hasEnded
    ofParcel[entry.parcel]?.removeAll { $0 == entry.seq }
    if ofParcel[entry.parcel]?.isEmpty == true { ofParcel[entry.parcel] = nil }
    shorten()
  }

  /// Takes out an entry and all later ones of its parcel.
  /// - Returns: the later ones.
  mutating func endAll(from entry: Wanted) -> [Wanted] {
    guard place(of: entry.seq) != nil else { return [] }
    let rest = (ofParcel[entry.parcel] ?? []).filter { $0 > entry.seq }
      .compactMap { seq in place(of: seq).map { items[$0].entry } }
    for one in [entry] + rest { end(one) }
    return rest
  }

  private mutating func set(_ seq: Int64, _ state: State) {
    if let place = place(of: seq) { items[place].state = state }
  }

  private func place(of seq: Int64) -> Int? {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle].entry.seq < seq { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low].entry.seq == seq ? low : nil
  }

  private mutating func shorten() {
    let first = items.prefix { $0.state == .hasEnded }.count
    guard first > 0 else { return }
    items.removeFirst(first)
    ended -= first
  }
}
