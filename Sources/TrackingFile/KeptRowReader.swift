/// Reads kept rows again. Each row is read alone, as the rest of its file is no longer there. There is one type
/// of reader for each kind of file; layout and header are stored together with the rows.
public protocol KeptRowReader: ~Copyable {
  /// - Parameter header: the header before the rows in their file (`RecordBatch.header`).
  /// - Throws: if the layout does not fit the header, so that the rows can't be read.
  init(layout: Layout, header: [UInt8]) throws(FileFailure)

  /// Reads rows in the order given. Each becomes exactly one record or one malformed line, with its number.
  mutating func read(_ rows: [KeptRow]) -> [RecordBatch]
}
