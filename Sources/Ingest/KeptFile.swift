import ParcelStore

/// The copy of a file that the store keeps, as a source of chunks.
final class KeptFile: ChunkSource {
  private let copy: RawCopy
  private let store: any StoreReader
  private let path: String
  /// In reverse order.
  private var ahead: [RawPiece] = []
  /// Of the next piece.
  private var number = 0

  /// Pieces that are read at once.
  private static let run = 8

  /// - Parameter path: for messages.
  init(_ copy: RawCopy, at path: String, _ store: any StoreReader) {
    self.copy = copy
    self.path = path
    self.store = store
  }

  func next() async throws -> [UInt8]? {
    guard number < copy.pieces else { return nil }
    if ahead.isEmpty {
      ahead = try await store.rawPieces(of: copy, from: number, limit: Self.run).reversed()
    }
    guard let piece = ahead.popLast() else { throw RawFileFault(.gone, path) }
    guard piece.number == number, let bytes = RawPacking.unpack(piece) else {
      throw RawFileFault(.damaged, path)
    }
    number += 1
    return bytes
  }
}
