/// A row of a file that was kept as it came, so that it can be read again later.
public struct KeptRow: Hashable, Sendable {
  /// Where it begins in its file: the line, counted from 1. A kind of file without lines counts its rows.
  public var line: Int
  /// What its reader needs to read it again: of a text file the line without its line end.
  public var raw: [UInt8]

  public init(line: Int, raw: [UInt8]) {
    self.line = line
    self.raw = raw
  }
}

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
