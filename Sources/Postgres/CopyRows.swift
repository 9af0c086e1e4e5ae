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

  /// Of `bigint`, `integer` or `smallint`, by the type of the number.
  public mutating func add(_ number: some FixedWidthInteger) {
    append(Int32(number.bitWidth / 8))
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

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { last += $0 }
  }
}
