import Carrier
import Contract
import TrackingFile

/// Packs gated batches into event batches.
///
/// ```swift
/// var packer = EventPacker()
/// let events = packer.pack(gate.admit(batch), meanings: &meanings)
/// ```
public struct EventPacker {
  /// The numbers of codes with labels, and of sites, in the batch that is being packed.
  private var wordings = TextNumbers()
  private var sites = TextNumbers()
  /// For each account pair of the batch that is being packed: its index in `EventBatch.accounts`.
  private var accounts: [UInt16] = []
  private let seed = processSeed

  /// Stands for no index. No batch has that many rows: a batch has at most 256 KiB, and a record's
  /// parcel number alone takes 12 bytes. A number that does not fit would end the program; it can't
  /// mix up rows.
  private static let none = UInt16.max

  /// Rows that happened before are too old to be kept: seconds since 1970.
  public var oldest: Int64 = .min

  public init() {}

  /// - Parameter meanings: give the batch's wordings their meaning.
  public mutating func pack(
    _ gated: GatedBatch, meanings: inout WordingMeanings
  ) -> EventBatch {
    let batch = gated.batch
    var packed = EventBatch(
      rows: batch.rows, skipped: gated.skipped, encoding: batch.encoding)
    packed.header = batch.header
    packed.rejected = batch.malformed
    packed.held = gated.held.map { row in
      let record = batch.records[Int(row.index)]
      return EventBatch.HeldLine(
        line: record.line, account: batch.account(of: record), reason: row.reason,
        raw: batch.bytes(record.raw), parcel: record.parcel, time: record.time)
    }
    guard !gated.admitted.isEmpty else { return packed }
    accounts.removeAll(keepingCapacity: true)
    accounts.append(contentsOf: repeatElement(Self.none, count: batch.accounts.count))
    packed.events.reserveCapacity(gated.admitted.count)
    packed.texts.reserveCapacity(gated.admitted.count * 32)
    wordings.removeAll()
    sites.removeAll()
    batch.withBytes { bytes in
      for admitted in gated.admitted {
        append(admitted, bytes, gated, to: &packed)
      }
    }
    packed.meanings = meanings.meanings(of: packed)
    packed.mapVersion = meanings.version
    return packed
  }

  @inline(__always)
  private mutating func append(
    _ admitted: AdmittedRecord, _ bytes: UnsafeRawBufferPointer, _ gated: GatedBatch,
    to packed: inout EventBatch
  ) {
    let record = gated.batch.records[Int(admitted.index)]
    if record.time.isTooOld(oldest) {
      packed.expired.append(UInt32(record.line))
      return
    }
    let account = account(of: record, admitted, gated, in: &packed)
    let (code, label) = (bytes.slice(record.code), bytes.slice(record.label))
    let wording = wordings.number(of: code, label, texts: &packed.texts)
    if wording == packed.wordings.count {
      packed.wordings.append(wordings.last)
    }
    let site = sites.number(of: bytes.slice(record.site), .empty, texts: &packed.texts)
    if site == packed.sites.count {
      packed.sites.append(sites.last.code)
    }
    let (order, postcode, country) = (
      bytes.slice(record.order), bytes.slice(record.postcode), bytes.slice(record.country)
    )
    packed.events.append(
      EventBatch.Event(
        parcel: record.parcel, line: UInt32(record.line),
        seconds: record.time.seconds, attributes: UInt32(packed.texts.count),
        digest: ParcelAttributes.digest(order, postcode, country, seed: seed), account: account,
        wording: UInt16(wording), site: UInt16(site),
        precision: record.time.precision, isAmbiguous: record.time.isAmbiguous))
    ParcelAttributes.append(order, postcode, country, to: &packed.texts)
    if record.time.isAmbiguous {
      packed.ambiguousTimes[UInt32(record.line)] =
        gated.batch.text(record.date)
    }
  }

  /// The index of a row's account pair in the packed batch. The gate decides by account pair, so
  /// each has one service.
  @inline(__always)
  private mutating func account(
    of record: TrackingRecord, _ admitted: AdmittedRecord, _ gated: GatedBatch,
    in packed: inout EventBatch
  ) -> UInt16 {
    let known = accounts[Int(record.account)]
    if known != Self.none { return known }
    let place = UInt16(packed.accounts.count)
    accounts[Int(record.account)] = place
    packed.accounts.append(
      EventBatch.AdmittedAccount(
        service: gated.service(of: admitted), account: gated.batch.account(of: record)))
    return place
  }
}

/// Numbers for the texts of one batch, in the order in which they first come.
private struct TextNumbers {
  private struct Entry {
    var hash: UInt64
    var text: EventBatch.CodeAndLabel
  }

  private var entries: [Entry] = []
  /// The number plus one; 0 marks a free slot. At most half of the slots are taken.
  private var slots = [UInt16](repeating: 0, count: 64)
  private let seed = processSeed

  /// Where the text that was added last stands.
  var last: EventBatch.CodeAndLabel { entries[entries.count - 1].text }

  mutating func removeAll() {
    for slot in slots.indices { slots[slot] = 0 }
    entries.removeAll(keepingCapacity: true)
  }

  /// The number of a pair of texts; a new pair is added to `texts`, the second text after the
  /// first.
  @inline(__always)
  mutating func number(
    of first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, texts: inout [UInt8]
  ) -> Int {
    let hash = foldedHash(second, seed: foldedHash(first, seed: seed))
    var slot = slot(of: hash)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if entries[number].hash == hash, isEqual(entries[number].text, first, second, texts) {
        return number
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return add(first, second, hash, slot, &texts)
  }

  @inline(__always)
  private func slot(of hash: UInt64) -> Int {
    tablePlace(of: hash >> 20, among: slots.count)
  }

  @inline(__always)
  private func isEqual(
    _ text: EventBatch.CodeAndLabel, _ first: UnsafeRawBufferPointer,
    _ second: UnsafeRawBufferPointer, _ texts: [UInt8]
  ) -> Bool {
    guard Int(text.code.count) == first.count, Int(text.label.count) == second.count else {
      return false
    }
    return texts.withUnsafeBytes { texts in
      haveEqualBytes(texts.slice(text.code), first)
        && haveEqualBytes(texts.slice(text.label), second)
    }
  }

  private mutating func add(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ hash: UInt64,
    _ slot: Int, _ texts: inout [UInt8]
  ) -> Int {
    func append(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
      defer { texts.append(contentsOf: bytes) }
      return ByteRange(start: texts.count, count: bytes.count)
    }
    let text = EventBatch.CodeAndLabel(code: append(first), label: append(second))
    entries.append(Entry(hash: hash, text: text))
    slots[slot] = UInt16(entries.count)
    if 2 * entries.count > slots.count { grow() }
    return entries.count - 1
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: 2 * slots.count)
    for (number, entry) in entries.enumerated() {
      var slot = slot(of: entry.hash)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt16(number + 1)
    }
  }
}
