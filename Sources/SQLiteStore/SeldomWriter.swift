import GRDB
import ParcelStore

/// Lists the parcels with events of sites and wordings that few parcels have, so that questions about these read
/// only them. A list ends when it is full; the first events stay found through it, the others are not.
struct SeldomWriter {
  private let db: Database
  /// What the lists may get, in the places of their keys: these are numbered one after the other.
  private var fresh: [Fresh] = []

  /// Parcels, in their order, each with the `seq` of its first event.
  private struct Fresh {
    var parcels: [Int64] = []
    var numbers: [Int64] = []
    var last: Int64 = 0
  }

  init(_ db: Database) { self.db = db }

  /// Adds a new event; they come in the order of `seq`, and of parcels.
  @inline(__always)
  mutating func add(
    _ row: EventRow, _ wording: InternedWording, seq: Int64, _ counts: SeldomCounts
  ) {
    let (ofSite, ofWording) = (
      SeldomCounts.key(site: Int64(row.site)), SeldomCounts.key(wording: wording.id)
    )
    // Nearly always neither.
    if counts.isOpen(ofSite) { note(Int64(row.parcel), under: ofSite, seq) }
    if counts.isOpen(ofWording) { note(Int64(row.parcel), under: ofWording, seq) }
  }

  private mutating func note(_ parcel: Int64, under key: Int64, _ seq: Int64) {
    let place = Int(key)
    if place >= fresh.count {
      fresh += Array(repeating: Fresh(), count: place + 1 - fresh.count)
    }
    // With so many more the list is full, whichever of them it has already.
    guard fresh[place].last != parcel, fresh[place].parcels.count < SeldomCounts.most else {
      return
    }
    fresh[place].last = parcel
    fresh[place].parcels.append(parcel)
    fresh[place].numbers.append(seq)
  }

  /// Writes the lists, once per group however many events it has.
  mutating func finish(_ counts: inout SeldomCounts) throws {
    for (place, fresh) in fresh.enumerated() where !fresh.parcels.isEmpty {
      let key = Int64(place)
      var list = try SeldomParcels(db).list(key)
      let before = list.parcels.count
      let end = list.add(fresh.parcels).map { fresh.numbers[$0] + 1 }
      guard list.parcels.count > before else { continue }
      counts.set(key, to: list.parcels.count)
      try SeldomParcels(db).write(list, under: key, coveredUntil: end)
    }
    fresh = []
  }
}
