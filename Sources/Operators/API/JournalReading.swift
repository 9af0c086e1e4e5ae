import Hummingbird
import NIOCore
import ParcelStore
import Views

/// Writes the entries of the journal while it reads them.
struct JournalReading: Sendable {
  let store: any StoreReader
  /// Nil: all entries.
  let filter: EventFilter?
  /// The entry after which it begins.
  let after: Int64
  let limit: Int
  /// Whether it waits for more at the end.
  let isFollowing: Bool

  /// How many entries are read at once.
  private static let page = 5_000
  /// How many bytes are written at once.
  private static let piece = 64 << 10
  /// How soon a follower sees what was stored.
  private static let pause = Duration.milliseconds(250)

  /// - Parameter isWanted: asked before each page; a follower has no other end.
  func write(
    to writer: inout any ResponseBodyWriter, while isWanted: () -> Bool
  ) async throws {
    var (next, left) = (after, limit)
    while left > 0, isWanted() {
      let page = try await store.journal(filter, after: next, limit: min(left, Self.page))
      if !page.entries.isEmpty {
        try await write(page.entries.lines, to: &writer)
        left -= page.entries.count
      }
      next = page.reached
      guard page.isLast else { continue }
      guard isFollowing else { break }
      try await Task.sleep(for: Self.pause)
    }
    try await writer.finish(nil)
  }

  /// In pieces, as the client has its time for each.
  private func write(_ bytes: [UInt8], to writer: inout any ResponseBodyWriter) async throws {
    for start in stride(from: 0, to: bytes.count, by: Self.piece) {
      let piece = bytes[start..<min(start + Self.piece, bytes.count)]
      try await writer.write(ByteBuffer(bytes: piece))
    }
  }
}
