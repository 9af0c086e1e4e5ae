/// A step of a reader.
public enum ReaderStep: Sendable {
  case batch(RecordBatch)
  /// All bytes so far are used; the next chunk is needed.
  case needsChunk
  /// The file was read to its end without a failure.
  case ended
}
