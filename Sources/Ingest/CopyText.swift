import Crypto
import TrackingFile

/// The text of a copy, piece by piece: unpacked where the file is packed by gzip.
final class CopyText: ChunkSource {
  private let bytes: any ChunkSource
  private var gzip: GzipText?
  private var hash = SHA256()
  private var isBegun = false

  init(_ bytes: any ChunkSource) { self.bytes = bytes }

  /// Whether the file is packed; once something was read.
  var isPacked: Bool { gzip != nil }

  /// Of the bytes as they are kept; after the end.
  var sha256: [UInt8] { Array(hash.finalize()) }

  func next() async throws -> [UInt8]? {
    while true {
      if let text = try gzip?.next() { return text }
      guard let bytes = try await bytes.next() else {
        if let failure = gzip?.failureAtEnd { throw failure }
        return nil
      }
      bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
      if !isBegun {
        isBegun = true
        if TrackingFileReader.isPacked(bytes) { gzip = GzipText() }
      }
      guard let gzip else { return bytes }
      gzip.supply(bytes)
    }
  }
}

/// The text of a gzip file that comes piece by piece.
private final class GzipText {
  private var unpacker = GzipUnpacker()

  var failureAtEnd: FileFailure? { unpacker.failureAtEnd }

  func supply(_ bytes: [UInt8]) { unpacker.supply(bytes) }

  func next() throws(FileFailure) -> [UInt8]? { try unpacker.next() }
}
