/// An open file, local or on a server, that the intake reads.
protocol ChunkSource: AnyObject {
  /// The file's next bytes, at least one; nil at its end.
  func next() async throws -> [UInt8]?
}
