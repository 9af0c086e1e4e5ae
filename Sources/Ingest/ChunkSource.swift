/// An open file, wherever it is: the intake asks it for its bytes.
protocol ChunkSource: AnyObject {
  /// The file's next bytes, of which there is at least one; nil at its end.
  func next() async throws -> [UInt8]?
}
