/// Reads tracking files, one after the other, as they come from the carrier: it unpacks them, and reads
/// the text in them.
///
/// ```swift
/// var reader = TrackingFileReader(layout: .colisPrive)
/// // The steps of one file, as `RecordReader` shows them; and then
/// reader.restart()  // for the next file, with the memory of this one
/// ```
public struct TrackingFileReader: RecordReader, ~Copyable {
  private var unpacker = Unpacker()
  private var text: TextReader
  private var ending = InputEnding.whole

  /// How many bytes of lines a batch has at most.
  public static let batchSize = TextReader.batchSize

  public init(layout: Layout) { text = TextReader(layout: layout) }

  /// The header line of the file, once it was read; of several the last one so far. Rows kept for later
  /// are read again with that of their batch.
  public var header: [UInt8] { text.header }

  /// Where the bytes of the file went so far.
  public var byteSum: ByteSum { text.byteSum }

  /// Data lines so far: records and malformed ones.
  public var rows: Int { text.rows }

  /// How many bytes at the file's end were left unread, once it has ended; 0: none.
  public var cutLineBytes: Int { text.cutLineBytes }

  public mutating func restart() {
    unpacker = Unpacker()
    text.restart()
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
