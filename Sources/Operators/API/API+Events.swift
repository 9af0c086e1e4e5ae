import HTTPTypes
import Hummingbird
import NIOCore
import ParcelStore
import ServiceLifecycle
import Synchronization
import Views

extension API {
  /// The journal as NDJSON, written while it is read, until the client or the daemon ends; with `follow` it goes on.
  func events(
    _ asked: Asked, _ followers: Followers, _ turns: ReadTurns
  ) async throws -> Answer {
    var query = QueryReader(asked)
    let question = try EventsQuestion(&query, now: now())
    let after =
      try query.value("after", "position: it is a seq, or STORE_ID:SEQ") { EventPosition($0) }
      ?? EventPosition(seq: 0)
    let limit = try query.number("limit", 1...Int.max)
    let isFollowing = try query.flag("follow")
    try query.finish()
    let filter = try question.filter()
    let store = try desk.store
    let incarnation = try await store.incarnation()
    try QuestionNames.parameters.refuse(after, notIn: incarnation)
    if let source = question.source { try await SourceNames(store).expect(source) }
    let ticket = isFollowing ? try followers.take() : nil
    let reading = JournalReading(
      store: store, incarnation: incarnation, filter: filter, after: after.seq,
      limit: limit ?? .max, isFollowing: isFollowing, turns: turns)
    let body = ResponseBody { writer in
      defer { withExtendedLifetime(ticket) {} }
      let isGone = Mutex(false)
      try await asked.request.body.consumeWithInboundCloseHandler { _ in
        try await reading.write(to: &writer) {
          !isGone.withLock { $0 } && !Task.isShuttingDownGracefully
        }
      } onInboundClosed: {
        isGone.withLock { $0 = true }
      }
    }
    var answer = Answer("application/x-ndjson", stream: body)
    // To hear of a client that leaves, all that it sends is read, a further request with it: that one would be lost.
    answer.headers.append((.connection, "close"))
    answer.headers.append((HTTPField.Name("X-Store-ID")!, incarnation.description))
    return answer
  }
}
