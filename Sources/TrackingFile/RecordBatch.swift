import Carrier

/// A run of consecutive lines of one file: records, the bytes they point into, and what was malformed.
///
/// Batches are about 256 KiB whatever the file's size, so a reader needs bounded memory. Let go of a
/// batch before the next one is asked for, and its memory serves for that one too.
public struct RecordBatch: Sendable {
  private let lines: BatchBytes
  public internal(set) var records: [TrackingRecord]
  /// The account pairs that records name by their place in this list.
  public let accounts: [AccountPair]
  public internal(set) var malformed: [MalformedLine] = []
  /// How the texts of this file are encoded, as far as the layout says.
  public let encoding: TextEncoding
  /// The header line by which these lines were read; of a fixed-width file empty. Where a file has
  /// several headers, no batch has lines of two of them.
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

  /// How many data lines the batch accounts for.
  public var rows: Int { records.count + malformed.count }

  public func account(of record: TrackingRecord) -> AccountPair { accounts[Int(record.account)] }

  /// Gives the body the bytes that ranges point into, for as long as it runs.
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

  /// The text of a field, decoded; nil when it is empty.
  public func text(_ range: ByteRange) -> String? {
    range.isEmpty ? nil : encoding.decode(bytes(range)[...])
  }
}
