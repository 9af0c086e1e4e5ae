/// Reads one kind of file: it takes chunks of bytes, and gives batches of records and malformed lines.
///
/// A reader does no I/O. The caller asks for the next step, and supplies a chunk when the reader needs one. The
/// result does not depend on where the bytes were cut into chunks, and the reader's memory is bounded for any
/// size of file.
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
  /// Begins another file, and uses the same memory again.
  /// - Parameter path: the printable path of the file, from which a layout may take the account; nil: unknown.
  mutating func restart(path: String?)

  /// Takes the file's next bytes. May only be called after `next` has returned `.needsChunk`.
  mutating func supply(_ chunk: [UInt8])

  /// Called instead of `supply` when the file has no more bytes.
  mutating func finish(_ ending: InputEnding)

  /// The next step.
  /// - Throws: if the file can't be read, or not to its end. Rows of earlier batches are still good.
  mutating func next() throws(FileFailure) -> ReaderStep
}

extension RecordReader where Self: ~Copyable {
  /// Begins another file whose path does not matter.
  public mutating func restart() { restart(path: nil) }

  /// Called instead of `supply` when the file has no more bytes and is complete.
  public mutating func finish() { finish(.whole) }
}
