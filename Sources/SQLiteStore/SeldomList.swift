import ParcelStore

/// The parcels with events of one site or one wording, in their order: each as the `Varint` of the difference to the
/// one before, so it takes one to three bytes.
struct SeldomList {
  private(set) var parcels: [Int64] = []

  init() {}

  /// Damaged bytes give the parcels before the damage.
  init(bytes: [UInt8]) {
    var (index, last) = (0, Int64(0))
    while let step = Varint.read(bytes, &index) {
      last &+= Int64(truncatingIfNeeded: step)
      parcels.append(last)
    }
  }

  var bytes: [UInt8] {
    var (bytes, last): ([UInt8], Int64) = ([], 0)
    for parcel in parcels {
      Varint.write(UInt64(bitPattern: parcel - last), to: &bytes)
      last = parcel
    }
    return bytes
  }

  /// Adds the first of the parcels for which there is room.
  /// - Parameter more: in their order, each once.
  /// - Returns: the place in `more` of the one that filled the list; nil while there is room.
  mutating func add(_ more: [Int64]) -> Int? {
    var (place, all): (Int, [Int64]) = (0, [])
    var room = SeldomCounts.most - parcels.count
    all.reserveCapacity(parcels.count + more.count)
    for (index, parcel) in more.enumerated() {
      while place < parcels.count, parcels[place] < parcel {
        all.append(parcels[place])
        place += 1
      }
      if place < parcels.count, parcels[place] == parcel { continue }
      all.append(parcel)
      room -= 1
      if room == 0 {
        parcels = all + parcels[place...]
        return index
      }
    }
    parcels = all + parcels[place...]
    return nil
  }
}
