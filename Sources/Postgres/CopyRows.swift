/// Rows in the form that `COPY … (FORMAT binary)` reads, from the manual's chapter on COPY.
///
///     var rows = CopyRows(columns: 2)
///     rows.begin()
///     rows.add(7 as Int64)
///     rows.add(text: label)
///
/// Each row has as many values as there are columns, each of exactly the column's type.
public struct CopyRows: Sendable {
  /// Pieces of about a megabyte, in their order.
  private var full: [[UInt8]] = []
  private var last: [UInt8]
  private let columns: Int16
  public private(set) var count = 0

  private static let most = 1 << 20

  public init(columns: Int) {
    self.columns = Int16(columns)
    // A signature, no flags, and no extension.
    last = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + [UInt8](repeating: 0, count: 8)
  }

  /// With the mark of the end.
  var pieces: [[UInt8]] { full + [last + bigEndian(Int16(-1))] }

  public mutating func begin() {
    if last.count >= Self.most {
      full.append(last)
      last.removeAll(keepingCapacity: false)
      last.reserveCapacity(Self.most + 4_096)
    }
    append(columns)
    count += 1
  }

  public mutating func addNull() { append(Int32(-1)) }

  // One function a type: these run for each value of each row, and generic ones are not specialized for other rooms.

  /// Of `bigint`.
  public mutating func add(_ number: Int64) {
    append(Int32(8))
    append(UInt32(truncatingIfNeeded: number >> 32))
    append(UInt32(truncatingIfNeeded: number))
  }

  /// Of `integer`.
  public mutating func add(_ number: Int32) {
    append(Int32(4))
    append(number)
  }

  /// Of `smallint`.
  public mutating func add(_ number: Int16) {
    append(Int32(2))
    append(number)
  }

  public mutating func add(_ bool: Bool) {
    append(Int32(1))
    last.append(bool ? 1 : 0)
  }

  /// `bytea`, or a `text` without a NUL.
  public mutating func add(_ bytes: some Collection<UInt8>) {
    append(Int32(bytes.count))
    last += bytes
  }

  public mutating func add(text: String) { add(PostgresValue.bytes(of: text)) }

  /// A text in UTF-8.
  public mutating func add(text: [UInt8]) { add(PostgresValue.withoutNUL(text)) }

  private mutating func append(_ number: Int32) { append(UInt32(bitPattern: number)) }

  private mutating func append(_ number: UInt32) {
    last.append(UInt8(truncatingIfNeeded: number >> 24))
    last.append(UInt8(truncatingIfNeeded: number >> 16))
    last.append(UInt8(truncatingIfNeeded: number >> 8))
    last.append(UInt8(truncatingIfNeeded: number))
  }

  private mutating func append(_ number: Int16) {
    last.append(UInt8(truncatingIfNeeded: number >> 8))
    last.append(UInt8(truncatingIfNeeded: number))
  }
}
