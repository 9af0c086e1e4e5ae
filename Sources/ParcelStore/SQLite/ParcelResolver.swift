import GRDB
import TrackingFile

/// Finds or makes the number of a record's parcel, and keeps order, postcode and country up to date.
struct ParcelResolver {
  private let select: RawStatement
  private let insert: RawStatement
  private let update: RawStatement

  init(_ db: Database) throws {
    select = try RawStatement(
      db,
      "SELECT id, order_reference, postcode, country FROM parcel WHERE number = ? AND account = ?")
    insert = try RawStatement(db, "INSERT INTO parcel VALUES(?, ?, ?, ?, ?, ?)")
    // A value that a later row gives replaces the one before; a missing one does not erase it.
    update = try RawStatement(
      db,
      """
      UPDATE parcel SET order_reference = coalesce(?2, order_reference),
        postcode = coalesce(?3, postcode), country = coalesce(?4, country) WHERE id = ?1
      """)
  }

  /// - Parameter bytes: the bytes of the record's batch.
  func id(
    of record: TrackingRecord, in batch: RecordBatch, _ bytes: UnsafeRawBufferPointer,
    account: Int64, state: inout WriterState
  ) throws -> Int64 {
    let attributes = digest(
      bytes.slice(record.order), bytes.slice(record.postcode), bytes.slice(record.country))
    let key = ParcelCache.Key(number: record.parcel, account: account)
    if let known = state.parcels[key] {
      if known.attributes == attributes { return known.id }
      try write(update, id: known.id, from: 2, record, batch, bytes)
      state.parcels.insert(.init(id: known.id, attributes: attributes), for: key)
      return known.id
    }
    let id = try find(record, batch, bytes, account, attributes, &state)
    state.parcels.insert(.init(id: id, attributes: attributes), for: key)
    return id
  }

  private func find(
    _ record: TrackingRecord, _ batch: RecordBatch, _ bytes: UnsafeRawBufferPointer,
    _ account: Int64, _ attributes: UInt32, _ state: inout WriterState
  ) throws -> Int64 {
    var number = NumberText(record.parcel)
    return try withUnsafeBytes(of: &number) { number in
      let text = UnsafeRawBufferPointer(rebasing: number.prefix(ParcelNumber.length))
      select.bind(1, text: text)
      select.bind(2, account)
      if try select.step() {
        let id = select.integer(0)
        let isSame = attributes == digest(select.text(1), select.text(2), select.text(3))
        select.reset()
        if !isSame { try write(update, id: id, from: 2, record, batch, bytes) }
        return id
      }
      select.reset()
      let id = state.nextParcel
      state.nextParcel += 1
      insert.bind(2, text: text)
      insert.bind(3, account)
      try write(insert, id: id, from: 4, record, batch, bytes)
      return id
    }
  }

  /// Binds the number and the three texts, and runs the statement.
  private func write(
    _ statement: RawStatement, id: Int64, from index: Int32, _ record: TrackingRecord,
    _ batch: RecordBatch, _ bytes: UnsafeRawBufferPointer
  ) throws {
    statement.bind(1, id)
    for (offset, range) in [record.order, record.postcode, record.country].enumerated() {
      let text = bytes.slice(range)
      if text.contains(where: { $0 >= 0x80 }) {
        statement.bind(index + Int32(offset), copying: batch.text(range))
      } else {
        statement.bind(index + Int32(offset), text: text)
      }
    }
    try statement.run()
  }

  /// Tells whether order, postcode and country are as they were (FNV-1a over the three).
  private func digest(
    _ order: UnsafeRawBufferPointer, _ postcode: UnsafeRawBufferPointer,
    _ country: UnsafeRawBufferPointer
  ) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    func add(_ bytes: UnsafeRawBufferPointer) {
      for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
      hash = (hash ^ 0xff) &* 0x0100_0193
    }
    add(order)
    add(postcode)
    add(country)
    return hash
  }
}

/// A parcel number's twelve bytes of text, in place.
private struct NumberText {
  let high: UInt64
  let low: UInt32

  init(_ number: ParcelNumber) {
    high = number.high.bigEndian
    low = number.low.bigEndian
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes of a field.
  @inline(__always)
  func slice(_ range: ByteRange) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range.offsets])
  }
}
