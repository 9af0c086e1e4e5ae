import GRDB
import Status
import TrackingFile

/// Keeps the current status of each parcel that got new events; rows come sorted by parcel, so each
/// parcel is written once.
struct StatusWriter {
  private let insert: RawStatement
  private let advance: RawStatement
  private let selectCoarse: RawStatement
  private let db: Database
  private let firstNewParcel: Int64
  private let firstNewSeq: Int64
  private let receivedAt: Int64

  /// The parcel in hand, with the best of its new events.
  private var candidate: Candidate?

  private struct Candidate {
    var parcel: Int64
    var position: CurrentPosition
    var wording: Int64
    var isCoarse: Bool
  }

  /// - Parameters:
  ///   - firstNewParcel: parcels from this number on have no row yet.
  ///   - firstNewSeq: events from this `seq` on may not be in the journal yet.
  init(_ db: Database, firstNewParcel: Int64, firstNewSeq: Int64, receivedAt: Int64) throws {
    self.db = db
    self.firstNewParcel = firstNewParcel
    self.firstNewSeq = firstNewSeq
    self.receivedAt = receivedAt
    insert = try RawStatement(db, "INSERT INTO current VALUES(?, ?, ?, 0)")
    advance = try RawStatement(
      db,
      """
      UPDATE current SET position = ?2, wording = ?3
        WHERE parcel = ?1 AND position <= ?2 AND is_coarse = 0
      """)
    selectCoarse = try RawStatement(db, "SELECT is_coarse FROM current WHERE parcel = ?")
  }

  /// Notes an event that was just inserted. Of two with the same position the later `seq` counts,
  /// as in `Timeline`.
  mutating func note(
    _ row: EventRow, _ wording: InternedWording, state: inout WriterState
  ) throws {
    let instant = row.precision == .none ? receivedAt : row.time
    let position = CurrentPosition(
      instant: instant, rank: wording.rank, isMapped: wording.isMapped)
    if candidate?.parcel != Int64(row.parcel) {
      try finish(state: &state)
      candidate = Candidate(
        parcel: Int64(row.parcel), position: position, wording: wording.id, isCoarse: row.isCoarse)
      return
    }
    if let best = candidate, best.position <= position {
      candidate?.position = position
      candidate?.wording = wording.id
    }
    if row.isCoarse { candidate?.isCoarse = true }
  }

  /// Writes the parcel in hand.
  mutating func finish(state: inout WriterState) throws {
    guard let candidate else { return }
    self.candidate = nil
    if candidate.isCoarse {
      if !state.hasCoarse {
        state.hasCoarse = true
        try db.run("INSERT OR REPLACE INTO note VALUES(?, 'yes')", [WriterState.coarseNote])
      }
      try derive(candidate.parcel, state: &state)
    } else if candidate.parcel >= firstNewParcel {
      bind(insert, candidate)
      try insert.run()
    } else {
      bind(advance, candidate)
      if try advance.run() == 0, state.hasCoarse, try isCoarse(candidate.parcel) {
        try derive(candidate.parcel, state: &state)
      }
    }
  }

  private func bind(_ statement: RawStatement, _ candidate: Candidate) {
    statement.bind(1, candidate.parcel)
    statement.bind(2, candidate.position.rawValue)
    statement.bind(3, candidate.wording)
  }

  private func isCoarse(_ parcel: Int64) throws -> Bool {
    selectCoarse.bind(1, parcel)
    defer { selectCoarse.reset() }
    return try selectCoarse.step() && selectCoarse.integer(0) != 0
  }

  /// Derives the status from all events of a parcel whose positions alone do not decide.
  private func derive(_ parcel: Int64, state: inout WriterState) throws {
    var places: [Timeline.Place] = []
    var wordings: [Int64] = []
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT time, kind, wording, seq, (SELECT received_at FROM journal
          WHERE first_seq <= seq ORDER BY first_seq DESC LIMIT 1) AS received_at
        FROM event WHERE parcel = ?
        """, arguments: [parcel])
    for row in rows {
      let (wording, precision) = StoredPrecision.read(kind: row["kind"], wording: row["wording"])
      let seq: Int64 = row["seq"]
      wordings.append(wording)
      places.append(
        Timeline.Place(
          time: EventTime(seconds: row["time"], precision: precision),
          receivedAt: seq < firstNewSeq ? row["received_at"] : receivedAt,
          status: try meaning(of: wording, state: &state).status, seq: seq))
    }
    guard let current = Timeline.current(places) else { return }
    let place = places[current]
    let position = CurrentPosition(
      instant: place.instant, rank: place.status.timelineRank, isMapped: place.status != .unmapped)
    try db.run(
      "INSERT OR REPLACE INTO current VALUES(?, ?, ?, 1)",
      [parcel, position.rawValue, wordings[current]])
  }

  private func meaning(of wording: Int64, state: inout WriterState) throws -> Meaning {
    if let known = state.meanings[wording] { return known }
    let row = try db.row("SELECT * FROM wording WHERE id = ?", [wording])
    let meaning = row.map { Meaning(row: $0) } ?? .unmapped
    state.keep(meaning, of: wording)
    return meaning
  }
}
