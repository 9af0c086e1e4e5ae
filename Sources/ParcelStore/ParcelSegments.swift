/// Order references, postcodes and accounts of parcels in sorted lists, in place of an index on each.
///
/// An index would change a page per new parcel. Instead, whenever a segment of 32,768 parcels is full, it is written
/// once and in order: for each field a sorted list of four bytes per parcel, two of a hash and two of the parcel's place
/// in the segment, cut into rows of about a page. Hashes collide, so what is found has to be compared.
package enum ParcelSegments {
  /// The numbers are stored, so they never change.
  package enum Field: Int64, CaseIterable, Sendable { case order, postcode, account }

  /// Parcels of a segment, as a power of two.
  package static let bits: Int64 = 15
  package static let length: Int64 = 1 << bits
  package static let placeMask: Int64 = length - 1
  /// Entries of one row.
  package static let rowLength = 1_000

  // MARK: Keys

  /// The same for texts that only differ in the case of ASCII letters. It is stored, so it never changes.
  @inlinable
  package static func hash(_ text: some Sequence<UInt8>) -> UInt16 {
    var hash: UInt32 = 0x811c_9dc5
    for byte in text {
      let isUpper = byte &- UInt8(ascii: "A") < 26
      hash = (hash ^ UInt32(isUpper ? byte | 0x20 : byte)) &* 0x0100_0193
    }
    return UInt16(truncatingIfNeeded: hash ^ hash >> 16)
  }

  package static func hash(account: Int64) -> UInt16 { UInt16(truncatingIfNeeded: account) }

  /// Under which a parcel is noted that got a value after its segment was written.
  package static func lateKey(_ field: Field, _ hash: UInt16) -> Int64 {
    field.rawValue << 16 | Int64(hash)
  }

  // MARK: Writing

  /// Some entries of a segment and field.
  package struct Row {
    /// That of its first entry.
    package var hash: UInt16
    /// Its place among the rows whose first entry has the same hash.
    package var place: Int64
    /// Each one big-endian: the hash, and the parcel's place in its segment.
    package var entries: [UInt8]
  }

  /// The entries of one segment, while its parcels are read.
  package struct Builder {
    private var entries: [[UInt32]]

    package init() {
      entries = Field.allCases.map { _ in
        var list: [UInt32] = []
        list.reserveCapacity(Int(length))
        return list
      }
    }

    package mutating func add(_ field: Field, _ hash: UInt16, of parcel: Int64) {
      entries[Int(field.rawValue)].append(UInt32(hash) << 16 | UInt32(parcel & placeMask))
    }

    /// The rows of a field in their order; an empty one where no parcel has it.
    package func rows(of field: Field) -> [Row] {
      let entries = entries[Int(field.rawValue)].sorted()
      var rows: [Row] = []
      for start in stride(from: 0, through: max(0, entries.count - 1), by: rowLength) {
        let run = entries[start..<min(start + rowLength, entries.count)]
        let hash = UInt16(truncatingIfNeeded: (run.first ?? 0) >> 16)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(run.count * 4)
        for entry in run { withUnsafeBytes(of: entry.bigEndian) { bytes += $0 } }
        let place = rows.last.map { $0.hash == hash ? $0.place + 1 : 0 } ?? 0
        rows.append(Row(hash: hash, place: place, entries: bytes))
      }
      return rows
    }
  }

  // MARK: Asking

  /// Gives the body the parcels of a row whose entries have a hash, in the order of their numbers.
  /// - Parameter first: the first parcel of the row's segment.
  package static func forEachParcel(
    in entries: UnsafeRawBufferPointer, _ hash: UInt16, from first: Int64, _ body: (Int64) -> Void
  ) {
    func entry(_ index: Int) -> UInt32 {
      UInt32(bigEndian: entries.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }
    let count = entries.count / 4
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if entry(middle) >> 16 < UInt32(hash) { low = middle + 1 } else { high = middle }
    }
    while low < count, entry(low) >> 16 == UInt32(hash) {
      body(first | Int64(entry(low) & 0xffff))
      low += 1
    }
  }
}
