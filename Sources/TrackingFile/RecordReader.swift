/// Reads files of one kind: chunks of bytes in, batches of records and malformed lines out.
///
/// A reader does no I/O. Whoever reads a file asks for the next step, and supplies a chunk where the
/// reader needs one. What comes out does not depend on where the bytes were cut into chunks, and the
/// memory that a reader needs is bounded whatever the file's size.
///
/// ```swift
/// while true {
///   switch try reader.next() {
///   case .batch(let batch): use(batch)
///   case .needsChunk:
///     if let chunk = try file.next() { reader.supply(chunk) } else { reader.finish(.whole) }
///   case .ended: return
///   }
/// }
/// ```
public protocol RecordReader: ~Copyable {
  /// Forgets the file and begins another one, with the memory of this one.
  mutating func restart()

  /// Gives the reader the file's next bytes. Only after `next` returned `.needsChunk`.
  mutating func supply(_ chunk: [UInt8])

  /// Tells the reader that no more bytes come.
  mutating func finish(_ ending: InputEnding)

  /// The next step.
  /// - Throws: when the file as a whole can't be read (any further). Rows that came before are right.
  mutating func next() throws(FileFailure) -> ReaderStep
}

extension RecordReader where Self: ~Copyable {
  /// Tells the reader that the file is all there.
  public mutating func finish() { finish(.whole) }
}
