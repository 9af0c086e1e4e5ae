/// Reads rows again that were kept, each by itself: what stood around it in its file is not there any
/// more. There is one for each kind of file; what it is made with is what was kept beside the rows.
public protocol KeptRowReader: ~Copyable {
  /// - Parameter header: what stood before the rows in their file and says how they are read
  ///   (`RecordBatch.header`).
  /// - Throws: when the layout does not fit the header, so that its rows can't be read by it.
  init(layout: Layout, header: [UInt8]) throws(FileFailure)

  /// Reads rows in their order. Each becomes one record or one malformed line, with its own number.
  mutating func read(_ rows: [KeptRow]) -> [RecordBatch]
}
