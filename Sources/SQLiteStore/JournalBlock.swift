/// A run of consecutive events in the order of `seq`: for each its parcel, file and line.
///
/// Each number is a base-128 varint, parcel and file as the zigzag difference to the event before,
/// so an event takes about five bytes. The events' own content stands in the table of events.
package struct JournalBlock {
  package struct Entry: Equatable {
    package var parcel: Int64
    package var file: Int64
    package var line: Int64

    package init(parcel: Int64, file: Int64, line: Int64) {
      self.parcel = parcel
      self.file = file
      self.line = line
    }
  }

  /// A reader decodes a whole block to find one event, so a block is small. About six of them fill a
  /// page of the database; of larger ones a page would often have no room for one more.
  package static let capacity = 128

  package private(set) var bytes: [UInt8] = []
  package private(set) var count = 0
  private var last = Entry(parcel: 0, file: 0, line: 0)

  package var isFull: Bool { count == Self.capacity }

  package init() {}

  package mutating func append(_ entry: Entry) {
    Self.write(Self.zigzag(entry.parcel - last.parcel), to: &bytes)
    Self.write(Self.zigzag(entry.file - last.file), to: &bytes)
    Self.write(UInt64(bitPattern: entry.line), to: &bytes)
    last = entry
    count += 1
  }

  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    count = 0
    last = Entry(parcel: 0, file: 0, line: 0)
  }

  /// - Returns: nil when the bytes are no block: the database is damaged.
  package static func entries(of bytes: [UInt8]) -> [Entry]? {
    var entries: [Entry] = []
    entries.reserveCapacity(capacity)
    var index = 0
    var last = Entry(parcel: 0, file: 0, line: 0)
    while index < bytes.count {
      guard let parcel = read(bytes, &index), let file = read(bytes, &index),
        let line = read(bytes, &index)
      else { return nil }
      last.parcel &+= unzigzag(parcel)
      last.file &+= unzigzag(file)
      last.line = Int64(bitPattern: line)
      entries.append(last)
    }
    return entries
  }

  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }

  private static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private static func write(_ value: UInt64, to bytes: inout [UInt8]) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7f) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  private static func read(_ bytes: [UInt8], _ index: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while index < bytes.count, shift < 64 {
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
