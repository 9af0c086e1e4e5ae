/// A file whose first bytes are looked at before it is read.
final class BegunFile: ChunkSource {
  private let file: any ChunkSource
  /// Chunks that came and were not handed on.
  private var ahead: [[UInt8]] = []
  private var hasEnded = false

  init(_ file: any ChunkSource) { self.file = file }

  /// The first bytes; fewer only if the file has no more.
  func beginning(_ count: Int) async throws -> [UInt8] {
    while !hasEnded, ahead.reduce(0, { $0 + $1.count }) < count {
      if let chunk = try await file.next() { ahead.append(chunk) } else { hasEnded = true }
    }
    return Array(ahead.joined().prefix(count))
  }

  func next() async throws -> [UInt8]? {
    if !ahead.isEmpty { return ahead.removeFirst() }
    return hasEnded ? nil : try await file.next()
  }
}
