import Carrier
import ParcelStore
import Postgres
import Status

/// The events of some parcels in memory, as `DecidingDay` asks for them: those of before, and those that a commit adds.
struct LoadedEvents: DecidingEvents, Sendable {
  /// Nothing: all that is needed is with the events.
  struct State: Sendable {}

  private struct Event: Sendable {
    let positioned: PositionedEvent
    let order: Int64
    let time: EventTime
  }

  private var events: [Int64: [Event]] = [:]

  /// Adds an event that is not in the journal yet.
  /// - Parameter order: its place among those that are added, never negative. All of them come after those that were
  ///   loaded.
  mutating func add(parcel: Int64, _ event: PositionedEvent, time: EventTime, order: Int64) {
    events[parcel, default: []].append(Event(positioned: event, order: order, time: time))
  }

  /// Reads all events of some parcels that are in the journal.
  /// - Parameter statuses: what a wording means.
  static func load(
    _ db: PostgresConnection, parcels: [Int64], statuses: (Int64) -> ParcelStatus
  ) async throws -> LoadedEvents {
    var loaded = LoadedEvents()
    guard !parcels.isEmpty else { return loaded }
    // The block of an event says its `seq`, as the places inside of a block are in the same order. Events that this
    // commit has just put in have no block yet, so they are left out: they are added one by one.
    let rows = try await db.run(
      """
      SELECT e.parcel, e.time, e.kind, e.wording, e.place, j.first_seq, j.received_at
      FROM event e CROSS JOIN LATERAL (
        SELECT first_seq, received_at FROM journal
        WHERE batch = \(EventPlace.batch(of: "e.place"))
          AND first_place <= \(EventPlace.index(of: "e.place"))
        ORDER BY first_place DESC LIMIT 1) j
      WHERE e.parcel = ANY($1)
      """, [.integers(parcels)])
    for row in rows {
      let (wording, precision) = StoredPrecision.read(kind: row.integer(2), wording: row.integer(3))
      let order = Self.order(
        EventPlace(rawValue: row.integer(4)), ofBlock: row.integer(5))
      let entry = Timeline.Entry(
        time: EventTime(seconds: row.integer(1), precision: precision),
        receivedAt: row.integer(6), status: statuses(wording), seq: order)
      loaded.add(
        parcel: row.integer(0), PositionedEvent(entry, wording: wording), time: entry.time,
        order: order)
    }
    return loaded
  }

  /// In the order of `seq`, and below all that are added later.
  private static func order(_ place: EventPlace, ofBlock firstSeq: Int64) -> Int64 {
    EventPlace(batch: firstSeq, index: Int(place.index)).rawValue | .min
  }

  func forEach(
    of parcel: Int64, mayBeOn day: Range<Int64>?, state: inout State,
    _ body: (PositionedEvent, _ order: Int64) -> Void
  ) {
    for event in events[parcel] ?? [] {
      if let day, event.time.precision != .none, !day.contains(event.time.seconds) { continue }
      body(event.positioned, event.order)
    }
  }

  func hasCoarse(_ parcel: Int64, on day: Range<Int64>) -> Bool {
    // An event is only coarse where its time can be right, and then its position has it.
    (events[parcel] ?? []).contains {
      $0.positioned.isCoarse && day.contains($0.positioned.position.instant)
    }
  }
}
