import Carrier
import ParcelStore

/// Which number a parcel has in the database, for as many parcels as there is room for.
///
/// A parcel has four places; who comes last takes the place of the one that came longest ago. So the
/// table never has to be emptied, and a parcel of which a row came lately is there. Keys are compared
/// whole.
package struct ParcelCache {
  package struct Key: Equatable {
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

    /// What a free place holds.
    static let none = Key()

    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
      fold(high ^ fold(seed ^ (UInt64(low) << 32 | UInt64(account))))
    }
  }

  package struct Entry {
    private let number: UInt32
    /// A digest of order, postcode and country as they were written last.
    package let attributes: UInt32

    /// - Parameter id: the parcel's row; `ParcelResolver` gives out none that does not fit.
    @inline(__always)
    package init(id: Int64, attributes: UInt32) {
      number = UInt32(id)
      self.attributes = attributes
    }

    @inline(__always)
    package var id: Int64 { Int64(number) }

    /// What a free place holds; the first parcel has the number 1.
    static let none = Entry(id: 0, attributes: 0)
  }

  private var keys: [Key]
  private var entries: [Entry]
  private var count = 0
  private let seed = processSeed

  /// 2^19 places of 24 bytes each: 12 MB.
  package static let mostPlaces = 1 << 19
  private static let ways = 4

  /// Begins small: a store that gets few rows needs little memory.
  package init() { (keys, entries) = Self.places(1 << 13) }

  private static func places(_ count: Int) -> ([Key], [Entry]) {
    (Array(repeating: .none, count: count), Array(repeating: .none, count: count))
  }

  @inline(__always)
  private func firstPlace(_ key: Key) -> Int {
    tablePlace(of: key.hash(seed: seed) >> 16, among: keys.count / Self.ways) * Self.ways
  }

  @inline(__always)
  package subscript(key: Key) -> Entry? {
    let first = firstPlace(key)
    for place in first..<first + Self.ways where keys[place] == key {
      return entries[place].id == 0 ? nil : entries[place]
    }
    return nil
  }

  /// Adds a parcel, or exchanges its entry.
  package mutating func insert(_ entry: Entry, for key: Key) {
    let first = firstPlace(key)
    var last = first
    while last < first + Self.ways - 1, keys[last] != key, entries[last].id != 0 { last += 1 }
    if entries[last].id == 0 { count += 1 }
    // Those before it move one place on, over the one that was there longest.
    for place in stride(from: last, to: first, by: -1) {
      keys[place] = keys[place - 1]
      entries[place] = entries[place - 1]
    }
    keys[first] = key
    entries[first] = entry
    if count > keys.count / 2, keys.count < Self.mostPlaces { grow() }
  }

  private mutating func grow() {
    let (oldKeys, oldEntries) = (keys, entries)
    // In few steps: while a table grows there are two of them.
    (keys, entries) = Self.places(min(8 * oldKeys.count, Self.mostPlaces))
    count = 0
    for place in oldKeys.indices.reversed() where oldEntries[place].id != 0 {
      insert(oldEntries[place], for: oldKeys[place])
    }
  }
}
