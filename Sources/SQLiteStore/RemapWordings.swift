import GRDB
import ParcelStore
import Status

/// What a remap needs to know of wordings, once per event: one byte each, by number. Read when it is needed
/// first, as a store may have many wordings.
struct RemapWordings {
  /// The remap to which it belongs: meanings do not change while it lasts.
  struct Key: Equatable {
    var map: Int64
    var lastParcel: Int64
    /// Of the store's wordings: they are read again after any change of meanings.
    var changes: Int64
  }

  /// Rank, whether the status is mapped, and whether the wording was changed.
  struct Entry {
    fileprivate let bits: UInt8

    var rank: UInt8 { bits & 0x1f }
    var isChanged: Bool { bits & 0x20 != 0 }
    var isMapped: Bool { bits & 0x40 != 0 }
  }

  let key: Key
  private var known: [UInt8] = []
  private var former: [Int64: Meaning?] = [:]
  private static let isKnown: UInt8 = 0x80

  init(_ key: Key) { self.key = key }

  static func key(_ map: StoredMap, _ db: Database) throws -> Key {
    let changes: Int64? = try db.value(
      "SELECT count FROM change_count WHERE kind = ?", [StoreChange.wordings.rawValue])
    return Key(map: map.id, lastParcel: map.lastParcel, changes: changes ?? 0)
  }

  @inline(__always)
  mutating func entry(of wording: Int64, _ db: Database) throws -> Entry {
    let index = Int(wording)
    if index < known.count, known[index] != 0 { return Entry(bits: known[index]) }
    return try read(index, db)
  }

  private mutating func read(_ index: Int, _ db: Database) throws -> Entry {
    let row = try db.row("SELECT * FROM wording WHERE id = ?", [Int64(index)])
    let status = row.map { Meaning(row: $0) }?.status ?? .unmapped
    var bits = Self.isKnown | status.timelineRank
    if try formerMeaning(of: Int64(index), db) != nil { bits |= 0x20 }
    if status != .unmapped { bits |= 0x40 }
    guard index >= 0 else { return Entry(bits: bits) }
    if index >= known.count {
      known += Array(repeating: 0, count: max(index + 1, 2 * known.count) - known.count)
    }
    known[index] = bits
    return Entry(bits: bits)
  }

  /// What a wording meant before the change; nil: it was not changed.
  mutating func formerMeaning(of wording: Int64, _ db: Database) throws -> Meaning? {
    if let known = former[wording] { return known }
    if former.count >= 4_096 { former.removeAll() }
    let row = try db.row("SELECT * FROM former_meaning WHERE wording = ?", [wording])
    let meaning = row.map { Meaning(row: $0) }
    former[wording] = .some(meaning)
    return meaning
  }
}
