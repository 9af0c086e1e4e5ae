/// What a reader answers when it is asked to go on.
public enum ReaderStep: Sendable {
  case batch(RecordBatch)
  /// All bytes that were supplied are used.
  case needsChunk
  /// The file was read to its end, and it ended as it should.
  case ended
}
