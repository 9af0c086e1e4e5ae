import Carrier

/// Some consecutive lines of a file: records, the bytes to which they point, and malformed lines.
///
/// A batch has about 256 KiB for any size of file, so a reader needs little memory. If the caller no longer holds
/// a batch when it asks for the next one, the reader uses the same memory again.
public struct RecordBatch: Sendable {
  private let lines: BatchBytes
  public internal(set) var records: [TrackingRecord]
  /// The account pairs; `TrackingRecord.account` is an index of this list.
  public let accounts: [AccountPair]
  public internal(set) var malformed: [MalformedLine] = []
  /// The encoding of the texts, which may be `auto`.
  public let encoding: TextEncoding
  /// The header line for these lines; empty in a fixed-width file. If a file has several headers, a batch has
  /// only lines of one of them.
  public let header: [UInt8]

  init(
    _ lines: BatchBytes, records: [TrackingRecord], accounts: [AccountPair],
    encoding: TextEncoding, header: [UInt8]
  ) {
    self.lines = lines
    self.records = records
    self.accounts = accounts
    self.encoding = encoding
    self.header = header
  }

  /// How many data lines the batch has.
  public var rows: Int { records.count + malformed.count }

  public func account(of record: TrackingRecord) -> AccountPair { accounts[Int(record.account)] }

  /// Gives the bytes to which ranges point to the body; they are valid only until it returns.
  @inline(__always)
  public func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(lines) {} }
    return try body(UnsafeRawBufferPointer(start: lines.buffer.start, count: lines.length))
  }

  /// A copy of the bytes of a field.
  public func bytes(_ range: ByteRange) -> [UInt8] {
    withBytes { Array($0[range.offsets]) }
  }

  /// The decoded text of a field; nil if it is empty.
  public func text(_ range: ByteRange) -> String? {
    range.isEmpty ? nil : encoding.decode(bytes(range)[...])
  }
}
