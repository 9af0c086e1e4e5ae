import Carrier

/// The numbers of parcels in the database, for as many parcels as there is room for.
///
/// Each key has four slots that it may be in. A new entry replaces the one of these four that was inserted
/// first. So the table never has to be emptied, and it has the parcels that were inserted lately. Keys are
/// compared whole.
package struct ParcelCache: Sendable {
  package struct Key: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt32
    private let account: UInt32

    @inline(__always)
    package init(number: ParcelNumber, account: UInt32) {
      high = number.high
      low = number.low
      self.account = account
    }

    private init() {
      high = 0
      low = 0
      account = 0
    }

    /// What a free slot holds.
    static let none = Key()

    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
      fold(high ^ fold(seed ^ (UInt64(low) << 32 | UInt64(account))))
    }
  }

  package struct Entry: Sendable {
    private let number: UInt32
    /// A digest of order, postcode and country as they were written last.
    package let attributes: UInt32

    /// - Parameter id: the parcel's row; `ParcelResolver` only gives out numbers that fit into 32
    ///   bits.
    @inline(__always)
    package init(id: Int64, attributes: UInt32) {
      number = UInt32(id)
      self.attributes = attributes
    }

    @inline(__always)
    package var id: Int64 { Int64(number) }

    /// What a free slot holds; the first parcel has the number 1.
    static let none = Entry(id: 0, attributes: 0)
  }

  private var keys: [Key]
  private var entries: [Entry]
  private var count = 0
  private let seed = processSeed

  /// 2^19 slots of 24 bytes each: 12 MB.
  package static let mostSlots = 1 << 19
  private static let ways = 4

  /// Begins small, so that a store that gets few rows needs little memory.
  package init() { (keys, entries) = Self.freeSlots(1 << 13) }

  private static func freeSlots(_ count: Int) -> ([Key], [Entry]) {
    (Array(repeating: .none, count: count), Array(repeating: .none, count: count))
  }

  @inline(__always)
  private func firstSlot(_ key: Key) -> Int {
    tablePlace(of: key.hash(seed: seed) >> 16, among: keys.count / Self.ways) * Self.ways
  }

  @inline(__always)
  package subscript(key: Key) -> Entry? {
    let first = firstSlot(key)
    for slot in first..<first + Self.ways where keys[slot] == key {
      return entries[slot].id == 0 ? nil : entries[slot]
    }
    return nil
  }

  /// Adds a parcel, or exchanges its entry.
  package mutating func insert(_ entry: Entry, for key: Key) {
    let first = firstSlot(key)
    var last = first
    while last < first + Self.ways - 1, keys[last] != key, entries[last].id != 0 { last += 1 }
    if entries[last].id == 0 { count += 1 }
    // Those before it move on by one slot, over the one that was inserted first.
    for slot in stride(from: last, to: first, by: -1) {
      keys[slot] = keys[slot - 1]
      entries[slot] = entries[slot - 1]
    }
    keys[first] = key
    entries[first] = entry
    if count > keys.count / 2, keys.count < Self.mostSlots { grow() }
  }

  private mutating func grow() {
    let (oldKeys, oldEntries) = (keys, entries)
    // By a large factor: while it grows, the old and the new table are in memory.
    (keys, entries) = Self.freeSlots(min(8 * oldKeys.count, Self.mostSlots))
    count = 0
    for slot in oldKeys.indices.reversed() where oldEntries[slot].id != 0 {
      insert(oldEntries[slot], for: oldKeys[slot])
    }
  }
}
