import ParcelStore

/// A run of consecutive events in the order of `seq`: for each its parcel, file and line, and what it did
/// to the parcel's status.
///
/// Each number is a `Varint`, parcel and file as the zigzag difference to the event before,
/// so an event takes about four bytes. After all of them come two bits per event for its effect;
/// blocks of older versions lack these. What the events say is in the table of events.
package struct JournalBlock {
  package struct Entry: Equatable {
    package var parcel: Int64
    package var file: Int64
    package var line: Int64
    /// Nil in blocks of older versions.
    package var effect: StatusEffect?

    package init(parcel: Int64, file: Int64, line: Int64, effect: StatusEffect? = nil) {
      self.parcel = parcel
      self.file = file
      self.line = line
      self.effect = effect
    }

    /// Whether there was an event here that is no more. Parcels have numbers from 1 on.
    package var isRemoved: Bool { parcel == 0 }

    /// Keeps only the place.
    package mutating func remove() {
      (parcel, line) = (0, 0)
      if effect != nil { effect = StatusEffect(changesStatus: false, isFirstOfStatus: false) }
    }
  }

  /// A reader decodes a whole block to find one event, so a block is small. Seven of them mostly
  /// fill a page of the database; of larger ones a page would often have no room for one more.
  package static let capacity = 128

  private var numbers: [UInt8] = []
  private var effects: [UInt8] = []
  package private(set) var count = 0
  private var last = Entry(parcel: 0, file: 0, line: 0)

  package var isFull: Bool { count == Self.capacity }

  package init() {}

  /// The block as the journal has it.
  package var bytes: [UInt8] { numbers + effects }

  /// - Parameter entry: either all entries of a block have an effect, or none has.
  package mutating func append(_ entry: Entry) {
    Varint.write(Self.zigzag(entry.parcel - last.parcel), to: &numbers)
    Varint.write(Self.zigzag(entry.file - last.file), to: &numbers)
    Varint.write(UInt64(bitPattern: entry.line), to: &numbers)
    if let effect = entry.effect {
      if count % 4 == 0 { effects.append(0) }
      effects[count / 4] |= effect.bits << UInt8(count % 4 * 2)
    }
    last = entry
    count += 1
  }

  package mutating func removeAll() {
    numbers.removeAll(keepingCapacity: true)
    effects.removeAll(keepingCapacity: true)
    count = 0
    last = Entry(parcel: 0, file: 0, line: 0)
  }

  /// - Parameter count: how many entries the block has.
  /// - Returns: nil when the bytes are no such block: the database is damaged.
  package static func entries(of bytes: [UInt8], count: Int) -> [Entry]? {
    var entries: [Entry] = []
    entries.reserveCapacity(capacity)
    var index = 0
    var last = Entry(parcel: 0, file: 0, line: 0)
    while entries.count < count {
      guard let parcel = Varint.read(bytes, &index), let file = Varint.read(bytes, &index),
        let line = Varint.read(bytes, &index)
      else { return nil }
      last.parcel &+= unzigzag(parcel)
      last.file &+= unzigzag(file)
      last.line = Int64(bitPattern: line)
      entries.append(last)
    }
    let effects = bytes[index...]
    if effects.isEmpty { return entries }
    guard effects.count == (count + 3) / 4 else { return nil }
    for place in entries.indices {
      let bits = effects[index + place / 4] >> UInt8(place % 4 * 2)
      entries[place].effect = StatusEffect(bits: bits & 3)
    }
    return entries
  }

  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }

  private static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
