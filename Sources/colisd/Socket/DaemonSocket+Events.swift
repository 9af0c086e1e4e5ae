import Foundation
import HTTPClient
import ParcelStore
import Synchronization

extension DaemonSocket {
  /// Prints entries of the journal as they come, and says on standard error if there are more than the limit.
  func printEvents(
    _ filter: [(String, String?)], after: EventPosition, limit: Int?, isFollowing: Bool
  ) async throws {
    let place = url(
      ["events"],
      filter + [
        ("after", after.description), ("limit", limit.map { "\($0)" }),
        ("follow", isFollowing ? "1" : nil),
      ])
    let entries = EventStream(remembersLast: limit != nil)
    func stream() async throws -> HTTPResponse {
      entries.begin()
      return try await answer(place, timeout: nil) { status, piece in entries.take(status, piece) }
    }
    // Where the places of followers are taken they are so for long.
    let response = try await isFollowing ? stream() : patiently(stream)
    guard response.isGood else { throw fault(response.status, entries.refusal) }
    if let limit, entries.count == limit, let last = entries.last {
      try await sayWhatIsLeft(filter, after: last, limit)
    }
  }

  private func sayWhatIsLeft(
    _ filter: [(String, String?)], after seq: Int64, _ limit: Int
  ) async throws {
    let more: String
    do {
      let rest = try await ask(
        url(["events"], filter + [("after", "\(seq)"), ("limit", "1")]))
      guard !rest.body.isEmpty else { return }
      more = "more"
    } catch is DaemonSocketFault {
      // All that was asked for is printed; whether something is left may take long to find out.
      more = "perhaps more"
    }
    StandardError.writeLine("\(limit), and \(more); --limit")
  }
}

/// Entries that are printed while they come in.
private final class EventStream: Sendable {
  private struct State {
    /// The body of an answer that is an error.
    var refusal: [UInt8] = []
    var count = 0
    /// The last line that is whole, and what has come of the next one.
    var (line, begun): ([UInt8], [UInt8]) = ([], [])
  }

  private let state = Mutex(State())
  private let remembersLast: Bool

  init(remembersLast: Bool) { self.remembersLast = remembersLast }

  var refusal: [UInt8] { state.withLock { $0.refusal } }

  /// How many entries have come.
  var count: Int { state.withLock { $0.count } }

  private struct Entry: Decodable {
    var seq: Int64
  }

  /// The position of the last one; nil: there is none.
  var last: Int64? {
    let line = state.withLock { $0.line }
    return try? JSONDecoder().decode(Entry.self, from: Data(line)).seq
  }

  /// Forgets the answer before.
  func begin() { state.withLock { $0 = State() } }

  func take(_ status: Int, _ piece: UnsafeRawBufferPointer) -> Bool {
    guard status == 200 else {
      state.withLock { $0.refusal += piece.prefix(max(0, (64 << 10) - $0.refusal.count)) }
      return true
    }
    StandardOutput.write(Array(piece))
    guard remembersLast else { return true }
    state.withLock { state in
      for byte in piece {
        guard byte == UInt8(ascii: "\n") else {
          state.begun.append(byte)
          continue
        }
        state.count += 1
        swap(&state.line, &state.begun)
        state.begun.removeAll(keepingCapacity: true)
      }
    }
    return true
  }
}
