/// Reads tracking files one after the other: it unpacks them if they are packed, and reads the text.
///
/// ```swift
/// var reader = TrackingFileReader(layout: .colisPrive)
/// // Read one file as in the example of `RecordReader`; then
/// reader.restart(path: path)  // before the next one
/// ```
public struct TrackingFileReader: RecordReader, ~Copyable {
  private var unpacker = Unpacker()
  private var text: TextReader
  private var ending = InputEnding.whole

  /// The most bytes of lines in a batch.
  public static let batchSize = TextReader.batchSize

  /// Whether a file that begins with these two bytes or more is packed by gzip.
  public static func isPacked(_ beginning: [UInt8]) -> Bool {
    beginning.starts(with: GzipUnpacker.magic)
  }

  /// - Parameter path: that of the first file, if the layout takes something from it.
  public init(layout: Layout, path: String? = nil) {
    text = TextReader(layout: layout, path: path)
  }

  /// The last header line so far; empty before it was read. To read kept rows again, use the header of their
  /// batch.
  public var header: [UInt8] { text.header }

  /// What became of the bytes of the file so far.
  public var byteSum: ByteSum { text.byteSum }

  /// Data lines so far: records and malformed ones.
  public var rows: Int { text.rows }

  /// Lines so far that were skipped as the layout says, and titles before the header.
  public var skippedLines: Int { text.skippedLines }

  /// What may be wrong with the encoding of the file, as far as its beginning shows; nil: nothing.
  public var doubt: TextDoubt? { text.doubt }

  /// After the end of the file: how many bytes at its end were not read; 0: all were.
  public var cutLineBytes: Int { text.cutLineBytes }

  public mutating func restart(path: String?) {
    unpacker = Unpacker()
    text.restart(path: path)
    ending = .whole
  }

  public mutating func supply(_ chunk: [UInt8]) { unpacker.supply(chunk) }

  public mutating func finish(_ ending: InputEnding) {
    self.ending = ending
    unpacker.finish()
  }

  public mutating func next() throws(FileFailure) -> ReaderStep {
    while true {
      let step = try text.next()
      guard case .needsChunk = step else { return step }
      switch try unpacker.next() {
      case .piece(let piece): text.supply(piece)
      case .needsChunk: return .needsChunk
      case .ended(let failure): text.finish(failure.map { .brokenOff($0) } ?? ending)
      }
    }
  }
}
