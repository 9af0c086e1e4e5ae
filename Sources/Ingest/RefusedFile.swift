import TrackingFile

/// A file that is not read, for a reason that its reading then has.
final class RefusedFile: ChunkSource {
  private let failure: FileFailure

  init(_ failure: FileFailure) { self.failure = failure }

  func next() async throws -> [UInt8]? { throw failure }
}
