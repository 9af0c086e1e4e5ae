import Carrier
import GRDB
import ParcelStore
import TrackingFile

/// Finds or makes the numbers of parcels that the cache does not know, all those of a group together:
/// in the order of their numbers, so that the index is walked once from one end to the other.
struct ParcelResolver {
  /// A row whose parcel is to be found.
  struct Missing {
    var number: ParcelNumber
    var account: UInt32
    /// Where its attributes stand among the texts of the missing ones, and their digest.
    var attributes: UInt32
    var digest: UInt32
    /// Its index before they were sorted.
    var index: UInt32
    var encoding: TextEncoding
    /// Whether its attributes are about a recipient whose data was erased: they are left out.
    var isErased = false

    /// Rows of one parcel lie side by side then, in the order of the files.
    @inline(__always)
    static func precedes(_ left: Self, _ right: Self) -> Bool {
      if left.number != right.number { return left.number < right.number }
      if left.account != right.account { return left.account < right.account }
      return left.index < right.index
    }

    @inline(__always)
    func isSameParcel(as other: Self) -> Bool {
      number == other.number && account == other.account
    }
  }

  private let select: RawStatement
  private let insert: RawStatement
  private let update: RawStatement
  private let lookup: ParcelLookup

  init(_ db: Database) throws {
    lookup = ParcelLookup(db)
    select = try RawStatement(
      db,
      "SELECT id, order_reference, postcode, country FROM parcel WHERE number = ? AND account = ?")
    insert = try RawStatement(db, "INSERT INTO parcel VALUES(?, ?, ?, ?, ?, ?)")
    // A value that a later row gives replaces the one before; a missing one does not erase it, nor does a
    // postcode that cannot exist.
    update = try RawStatement(
      db,
      """
      UPDATE parcel SET order_reference = coalesce(?2, order_reference),
        postcode = coalesce(?3, postcode), country = coalesce(?4, country)
      WHERE id = ?1 AND (coalesce(?2, order_reference) IS NOT order_reference
        OR coalesce(?3, postcode) IS NOT postcode OR coalesce(?4, country) IS NOT country)
      """)
  }

  /// Brings order, postcode and country of a known parcel up to date.
  /// - Parameter attributes: where they stand in `texts`.
  func update(
    id: Int64, attributes: UInt32, in texts: [UInt8], _ encoding: TextEncoding,
    state: inout WriterState
  ) throws {
    let changed = try write(.update, id: id, attributes, texts, encoding)
    guard changed > 0 else { return }
    state.recordChange(.parcels)
    if id < state.firstOpenParcel { try lookup.noteLate(id) }
  }

  /// Finds or makes the parcels of rows.
  /// - Parameters:
  ///   - missing: in the order of `Missing.precedes`.
  ///   - texts: has their attributes.
  ///   - found: called for each row, with its parcel's number.
  func resolve(
    _ missing: [Missing], in texts: [UInt8], state: inout WriterState,
    found: (Missing, _ id: Int64) -> Void
  ) throws {
    var known: (row: Missing, id: Int64)?
    for var row in missing {
      if let last = known, last.row.isSameParcel(as: row) {
        if !row.isErased {
          if last.row.digest != row.digest || last.row.encoding != row.encoding {
            try update(
              id: last.id, attributes: row.attributes, in: texts, row.encoding, state: &state)
          }
          known = (row, last.id)
        }
      } else {
        remember(known, &state)
        let id = try find(&row, texts, &state)
        known = (row, id)
      }
      found(row, known?.id ?? 0)
    }
    remember(known, &state)
  }

  private func remember(_ known: (row: Missing, id: Int64)?, _ state: inout WriterState) {
    guard let (row, id) = known else { return }
    let key = ParcelCache.Key(number: row.number, account: row.account)
    state.parcels.insert(.init(id: id, attributes: row.digest), for: key)
  }

  /// - Parameter row: gets the digest of what the parcel has, where its own attributes are left out.
  private func find(
    _ row: inout Missing, _ texts: [UInt8], _ state: inout WriterState
  ) throws -> Int64 {
    var number = NumberText(row.number)
    return try withUnsafeBytes(of: &number) { number in
      let text = UnsafeRawBufferPointer(rebasing: number.prefix(ParcelNumber.length))
      let other = row.number.isColisPrive ? nil : row.number.description
      func bindNumber(to statement: RawStatement, _ index: Int32) {
        if let other {
          statement.bind(index, copying: other)
        } else {
          statement.bind(index, text: text)
        }
      }
      bindNumber(to: select, 1)
      select.bind(2, Int64(row.account))
      if try select.step() {
        let id = select.integer(0)
        let digest = ParcelAttributes.digest(
          select.text(1), select.text(2), select.text(3), seed: processSeed)
        select.reset()
        _ = try fitting(id, as: UInt32.self)
        if row.isErased {
          row.digest = digest
        } else if digest != row.digest {
          try update(
            id: id, attributes: row.attributes, in: texts, row.encoding, state: &state)
        }
        return id
      }
      select.reset()
      let id = state.nextParcel
      _ = try fitting(id, as: UInt32.self)
      state.nextParcel += 1
      state.recordNewParcel(of: row.account)
      bindNumber(to: insert, 2)
      insert.bind(3, Int64(row.account))
      if row.isErased {
        row.digest = ParcelAttributes.digest(.empty, .empty, .empty, seed: processSeed)
        insert.bind(1, id)
        for index: Int32 in 4...6 { insert.bind(index, nil) }
        try insert.run()
      } else {
        try write(.insert, id: id, row.attributes, texts, row.encoding)
      }
      return id
    }
  }

  private enum Writing { case insert, update }

  /// Binds the number and the three texts, and runs the statement.
  /// - Returns: how many rows it changed.
  @discardableResult
  private func write(
    _ writing: Writing, id: Int64, _ attributes: UInt32, _ texts: [UInt8],
    _ encoding: TextEncoding
  ) throws -> Int32 {
    // An insertion has number and account before the texts.
    let (statement, index): (RawStatement, Int32) =
      writing == .insert ? (insert, 4) : (update, 2)
    func exists(_ attributes: ParcelAttributes) -> Bool {
      func text(_ range: ByteRange) -> String { encoding.decode(texts[range.offsets]) }
      let country = text(attributes.country)
      // Whether a postcode of another country exists is not known.
      return Postcode(text(attributes.postcode), country: country) != nil
        || Postcode.isForeign(country)
    }
    return try texts.withUnsafeBytes { bytes in
      func bind(_ index: Int32, _ range: ByteRange) {
        let text = bytes.slice(range)
        if text.contains(where: { $0 >= 0x80 }) {
          statement.bind(index, copying: encoding.decode(texts[range.offsets]))
        } else {
          statement.bind(index, text: text)
        }
      }
      let attributes = ParcelAttributes(at: attributes, in: bytes)
      statement.bind(1, id)
      bind(index, attributes.order)
      bind(index + 1, writing == .update && !exists(attributes) ? .empty : attributes.postcode)
      bind(index + 2, attributes.country)
      return try statement.run()
    }
  }
}

/// The twelve bytes of text of a parcel number that is the carrier's, in place.
private struct NumberText {
  let high: UInt64
  let low: UInt32

  init(_ number: ParcelNumber) {
    high = number.high.bigEndian
    low = number.low.bigEndian
  }
}
