import Archive
import Crypto
import TrackingFile

/// The members of a ZIP archive while it is read, one after the other. As a source of chunks it gives the content
/// of the member that was begun last.
final class ArchiveMembers: ChunkSource {
  private let chunks: any ChunkSource
  private var reader = ZIPReader()
  private var hash = SHA256()
  private var isInMember = false

  init(_ chunks: any ChunkSource) { self.chunks = chunks }

  /// The archive's own; only after the last member.
  var sha256: [UInt8] { Array(hash.finalize()) }

  /// Begins the next member; what is left of the one before is passed over.
  /// - Returns: nil if there are no more members, and the archive is as it should be.
  /// - Throws: `FileFailure`, and the errors of the archive's bytes.
  func nextMember() async throws -> ZIPMember? {
    while isInMember { _ = try await next() }
    switch try await step() {
    case .member(let member):
      isInMember = true
      return member
    case .ended, .needsChunk, .piece, .memberEnded: return nil
    }
  }

  func next() async throws -> [UInt8]? {
    guard isInMember else { return nil }
    if case .piece(let bytes) = try await step() { return bytes }
    isInMember = false
    return nil
  }

  /// The next step that is not about bytes.
  private func step() async throws -> ZIPReader.Step {
    while true {
      let step: ZIPReader.Step
      do throws(ArchiveFailure) {
        step = try reader.next()
      } catch {
        isInMember = false
        throw FileFailure(error)
      }
      guard step == .needsChunk else { return step }
      try Task.checkCancellation()
      if let chunk = try await chunks.next() {
        chunk.withUnsafeBytes { hash.update(bufferPointer: $0) }
        reader.supply(chunk)
      } else {
        reader.finish()
      }
    }
  }
}

extension FileFailure {
  init(_ failure: ArchiveFailure) {
    switch failure {
    case .incomplete(let reason): self = .incomplete(reason)
    case .damaged, .refused: self = .badArchive(failure.description)
    }
  }
}
