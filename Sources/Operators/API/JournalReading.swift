import Hummingbird
import NIOCore
import ParcelStore
import Views

/// Writes the entries of the journal while it reads them.
struct JournalReading: Sendable {
  let store: any StoreReader
  /// As the client was told.
  let incarnation: Incarnation
  /// Nil: all entries.
  let filter: EventFilter?
  /// The entry after which it begins.
  let after: Int64
  let limit: Int
  /// Whether it waits for more at the end.
  let isFollowing: Bool
  /// A rare question looks through many pages without a word, so each waits for its turn among the others.
  let turns: ReadTurns

  /// How many entries are read at once.
  private static let page = 5_000
  /// The same for who has waited: a commit may have brought many more, and the first of them come at once.
  private static let firstPage = 500
  /// How soon it asks again where too many others ask.
  private static let pause = Duration.milliseconds(250)

  /// - Parameter isWanted: asked before each page but the first one: who sends a request and says right away that it was
  ///   the last one gets a short answer whole.
  /// - Throws: `CancellationError` where it is not wanted any more before its end: an answer that was cut off must not look
  ///   like a whole one. One that follows has no other end.
  func write(
    to writer: inout any ResponseBodyWriter, while isWanted: () -> Bool
  ) async throws {
    var (next, left) = (after, limit)
    var most = Self.page
    var hasBegun = false
    while left > 0 {
      if hasBegun, !isWanted() {
        if isFollowing { break }
        throw CancellationError()
      }
      guard let (page, now) = try await page(after: next, limit: min(left, most)) else {
        try await Task.sleep(for: Self.pause)
        continue
      }
      hasBegun = true
      most = Self.page
      // The numbers are those of other events now: the client asks again, and is told so.
      if now != incarnation { break }
      if !page.entries.isEmpty {
        try await writer.write(page.entries.lines)
        left -= page.entries.count
      }
      next = page.reached
      guard page.isLast else { continue }
      guard isFollowing else { break }
      try await store.waitForEntries(after: next)
      most = Self.firstPage
    }
    try await writer.finish(nil)
  }

  /// - Returns: also which store it is, asked after the entries: it is another one before it has other entries. Nil when
  ///   too many others wait for their turn.
  private func page(after seq: Int64, limit: Int) async throws -> (JournalPage, Incarnation)? {
    do {
      return try await turns.run {
        let page = try await store.journal(filter, after: seq, limit: limit)
        return (page, isFollowing ? try await store.incarnation() : incarnation)
      }
    } catch let problem as Problem where problem.status == Problem.busy.status {
      return nil
    }
  }
}

extension ResponseBodyWriter {
  /// How many bytes are written at once.
  static var piece: Int { 64 << 10 }

  /// Writes in pieces, as the client has its time for each.
  mutating func write(_ bytes: [UInt8]) async throws {
    for start in stride(from: 0, to: bytes.count, by: Self.piece) {
      try await write(ByteBuffer(bytes: bytes[start..<min(start + Self.piece, bytes.count)]))
    }
  }
}
