/// Rows of a table in a form that does not depend on the database: two stores that have the same in a range of a table
/// give the same bytes for it.
///
/// Each value is a tag and what it says: a number as a zigzag `Varint`, a text or bytes behind their length. A text is
/// in UTF-8 and has no NUL, as PostgreSQL takes none: `␀` stands for one.
package struct CopiedRows: Sendable {
  package private(set) var bytes: [UInt8] = []
  package private(set) var count = 0
  private var lastStart = 0

  fileprivate enum Tag {
    static let null: UInt8 = 0
    static let integer: UInt8 = 1
    static let bytes: UInt8 = 2
  }

  package init() {}

  /// Begins the next row: as many values follow as the table has columns.
  package mutating func begin() {
    lastStart = bytes.count
    count += 1
  }

  package mutating func addNull() { bytes.append(Tag.null) }

  @inline(__always)
  package mutating func add(_ number: Int64) {
    bytes.append(Tag.integer)
    Varint.write(UInt64(bitPattern: number << 1 ^ number >> 63), to: &bytes)
  }

  package mutating func add(blob: UnsafeRawBufferPointer) {
    bytes.append(Tag.bytes)
    Varint.write(UInt64(blob.count), to: &bytes)
    bytes.append(contentsOf: blob)
  }

  package mutating func add(text: UnsafeRawBufferPointer) {
    guard text.contains(where: { $0 == 0 || $0 >= 0x80 }) else { return add(blob: text) }
    let whole = String(decoding: text, as: UTF8.self)
    let plain =
      whole.utf8.contains(0) ? String(whole.map { $0 == "\0" ? "\u{2400}" : $0 }) : whole
    Array(plain.utf8).withUnsafeBytes { add(blob: $0) }
  }

  /// The values of the last row in some columns, by which the next page begins.
  package func lastKey(_ columns: [Int]) -> [CopiedValue] {
    var reader = CopiedReader(bytes, from: lastStart)
    var values: [CopiedValue] = []
    while let field = reader.next() {
      switch field {
      case .null: values.append(.integer(0))
      case .integer(let number): values.append(.integer(number))
      case .bytes(let range): values.append(.text(Array(bytes[range])))
      }
    }
    return columns.filter { values.indices.contains($0) }.map { values[$0] }
  }
}

/// A value of a key.
package enum CopiedValue: Sendable, Equatable {
  case integer(Int64)
  case text([UInt8])

  package var number: Int64 { if case .integer(let number) = self { number } else { 0 } }
}

/// Reads the values of `CopiedRows` one after the other.
package struct CopiedReader: Sendable {
  package enum Field: Sendable {
    case null
    case integer(Int64)
    /// Where they stand among the bytes of the rows.
    case bytes(Range<Int>)
  }

  package let bytes: [UInt8]
  private var index: Int

  package init(_ rows: CopiedRows) { self.init(rows.bytes, from: 0) }

  fileprivate init(_ bytes: [UInt8], from index: Int) {
    self.bytes = bytes
    self.index = index
  }

  /// The next value; nil at the end.
  package mutating func next() -> Field? {
    guard index < bytes.count else { return nil }
    let tag = bytes[index]
    index += 1
    guard tag != CopiedRows.Tag.null, let value = Varint.read(bytes, &index) else { return .null }
    if tag == CopiedRows.Tag.integer {
      return .integer(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }
    let start = index
    index = min(bytes.count, start + Int(clamping: value))
    return .bytes(start..<index)
  }

  /// The next value as a number; 0 of NULL.
  package mutating func integer() -> Int64 {
    if case .integer(let number)? = next() { number } else { 0 }
  }

  /// The next value as bytes; nil of NULL.
  package mutating func bytesIfAny() -> Range<Int>? {
    if case .bytes(let range)? = next() { range } else { nil }
  }
}

/// Some rows of a range, in the order of their key.
package struct CopiedPage: Sendable {
  package var rows: CopiedRows
  /// After which key the next page begins; nil: the range is at its end.
  package var next: [CopiedValue]?

  package init(rows: CopiedRows, next: [CopiedValue]?) {
    self.rows = rows
    self.next = next
  }
}
