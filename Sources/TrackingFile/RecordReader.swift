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

/// What a reader answers when it is asked to go on.
public enum ReaderStep: Sendable {
  case batch(RecordBatch)
  /// All bytes that were supplied are used.
  case needsChunk
  /// The file was read to its end, and it ended as it should.
  case ended
}

/// How the bytes of a file end.
public enum InputEnding: Hashable, Sendable {
  /// The file is all there: a last line counts, also without its line end.
  case whole
  /// Its writer may not be done: what may be cut off stays unread, which is a last line without its line
  /// end, or a record with a quote still open. A blank rest and a closing line are not cut.
  case mayBeCut
  /// Bytes are missing, and this says why. The rows before come out, and then this failure.
  case brokenOff(FileFailure)

  var isBrokenOff: Bool { if case .brokenOff = self { true } else { false } }
}

extension RecordReader where Self: ~Copyable {
  /// Tells the reader that the file is all there.
  public mutating func finish() { finish(.whole) }
}
