import Carrier
import GRDB
import ParcelStore
import Status

/// Derives the current statuses of a range of parcels again, of those with events of changed wordings.
///
/// The events of the range are read once, in the order of their table. Where all of a parcel's events have a
/// plausible time of day, that is enough; otherwise `DecidingDay` decides.
struct ParcelRemap {
  private let db: Database
  private let map: StoredMap
  private let instant: Int64
  private let scan: RawStatement
  private let current: RawStatement
  private let update: RawStatement
  private let correct: RawStatement
  private let count: RawStatement
  private let widen: RawStatement
  private let day: DecidingDay<EventsOfParcels>
  /// What changed in the statuses of the run of parcels in hand.
  private var tally = StatusTally()
  private var block: Int64 = 0
  private var received: ReceiptTimes
  private var wordings: RemapWordings
  private var state: WriterState
  private var nextSeq: Int64
  private var parcel = Parcel(number: 0)
  private var parcelsOfWordings: [Int64: Int] = [:]
  private(set) var step = RemapStep()

  /// What is known of the parcel whose events are being read.
  private struct Parcel {
    let number: Int64
    var changed: [Int64] = []
    /// All times are of a day, and none is too early to be right.
    var isExact = true
    var seen = SeenStatuses()
    var best = CurrentPosition(rawValue: .min)
    var wording: Int64 = 0
    var time: Int64 = 0
    var seq: Int64 = 0
  }

  init(
    _ db: Database, _ map: StoredMap, wordings: consuming RemapWordings,
    state: consuming WriterState, at instant: Int64
  ) throws {
    self.db = db
    self.map = map
    self.instant = instant
    self.wordings = wordings
    self.state = state
    nextSeq = try SequenceCounter(db).last + 1
    received = try ReceiptTimes(db)
    day = DecidingDay(EventsOfParcels(db, firstNewSeq: .max, receivedAt: 0))
    scan = try RawStatement(
      db, "SELECT parcel, time, kind, wording, seq FROM event WHERE parcel BETWEEN ? AND ?")
    current = try RawStatement(db, "SELECT position, wording, past FROM current WHERE parcel = ?")
    update = try RawStatement(
      db, "UPDATE current SET position = ?2, wording = ?3, past = ?4 WHERE parcel = ?1")
    widen = try RawStatement(
      db,
      "UPDATE parcel_range SET latest = max(latest, ?2), statuses = statuses + ?3 WHERE block = ?1")
    correct = try RawStatement(db, "INSERT INTO correction VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
    count = try RawStatement(
      db, "UPDATE former_meaning SET parcels = parcels + ?2 WHERE wording = ?1")
  }

  /// Looks at the next parcels, and notes how far it came.
  /// - Returns: what was kept in memory.
  mutating func run(from first: Int64, limit: Int) throws -> (RemapWordings, WriterState) {
    let last = min(map.lastParcel, first + Int64(max(1, limit)) - 1)
    try look(at: first...max(first, last))
    try finishRun()
    for (wording, parcels) in parcelsOfWordings {
      count.bind(1, wording)
      count.bind(2, Int64(parcels))
      try count.run()
    }
    let next: Int64? = last < map.lastParcel ? last + 1 : nil
    try db.run("UPDATE status_map SET next_parcel = ? WHERE id = ?", [next, map.id])
    var sequence = try SequenceCounter(db)
    try sequence.advance(db, pastEntries: nextSeq)
    step.progress = next.map { RemapProgress(done: $0 - 1, all: map.lastParcel) }
    return (wordings, state)
  }

  private mutating func look(at parcels: ClosedRange<Int64>) throws {
    scan.bind(1, parcels.lowerBound)
    scan.bind(2, parcels.upperBound)
    defer { scan.reset() }
    while try scan.step() {
      let number = scan.integer(0)
      if number != parcel.number {
        try finish()
        parcel = Parcel(number: number)
        step.parcels += 1
      }
      let (time, kind, seq) = (scan.integer(1), scan.integer(2), scan.integer(4))
      let wording = scan.integer(3) >> 1
      let entry = try wordings.entry(of: wording, db)
      if entry.isChanged, !parcel.changed.contains(wording) { parcel.changed.append(wording) }
      _ = parcel.seen.insert(rank: entry.rank)
      if kind & 3 != 0 || time < PlausibleTimes.first { parcel.isExact = false }
      let position = CurrentPosition(instant: time, rank: entry.rank, isMapped: entry.isMapped)
      if parcel.best < position || parcel.best == position && parcel.seq < seq {
        (parcel.best, parcel.wording, parcel.time, parcel.seq) = (position, wording, time, seq)
      }
    }
    try finish()
  }

  /// Corrects the parcel's status if it comes out otherwise.
  private mutating func finish() throws {
    guard !parcel.changed.isEmpty else { return }
    for wording in parcel.changed { parcelsOfWordings[wording, default: 0] += 1 }
    guard let after = try derive() else { return }
    current.bind(1, parcel.number)
    guard try current.step() else {
      current.reset()
      return
    }
    let before = CurrentPosition(rawValue: current.integer(0))
    let (wording, formerPast) = (current.integer(1), current.integer(2))
    current.reset()
    let past = StatusPast(rule: after.rule, seen: parcel.seen).rawValue
    if before != after.position || wording != after.wording || formerPast != past {
      update.bind(1, parcel.number)
      update.bind(2, after.position.rawValue)
      update.bind(3, after.wording)
      update.bind(4, past)
      try update.run()
      if parcel.number >> ParcelRangeWriter.blockBits != block { try finishRun() }
      block = parcel.number >> ParcelRangeWriter.blockBits
      tally.change(from: before, to: after.position)
    }
    try note(after, before: before, wording)
  }

  private mutating func finishRun() throws {
    guard tally.latest > .min else { return }
    widen.bind(1, block)
    widen.bind(2, tally.latest)
    widen.bind(3, tally.statuses)
    try widen.run()
    tally = StatusTally()
  }

  private mutating func derive() throws -> CurrentStatus? {
    if parcel.isExact {
      let cameAt = try received.time(of: parcel.seq)
      let time = EventTime(seconds: parcel.time, precision: .second)
      if PlausibleTimes.contains(time, receivedAt: cameAt) {
        return CurrentStatus(position: parcel.best, wording: parcel.wording, rule: .positions)
      }
    }
    return try day.derive(parcel.number, state: &state)
  }

  /// Writes an entry for followers, where people would see another status, reason or mode.
  private mutating func note(
    _ after: CurrentStatus, before: CurrentPosition, _ wordingBefore: Int64
  ) throws {
    let meaning = try state.meaning(of: after.wording, db)
    var former = try state.meaning(of: wordingBefore, db)
    if let changed = try wordings.formerMeaning(of: wordingBefore, db),
      changed.status.timelineRank == before.rank
    {
      former = changed
    }
    let isSame =
      before.rank == after.position.rank && former.reason == meaning.reason
      && former.mode == meaning.mode
    if isSame { return }
    correct.bind(1, nextSeq)
    correct.bind(2, parcel.number)
    correct.bind(3, map.id)
    correct.bind(4, instant)
    correct.bind(5, Int64(before.rank))
    correct.bind(6, Int64(after.position.rank))
    correct.bind(7, copying: meaning.reason?.name)
    correct.bind(8, copying: meaning.mode?.name)
    try correct.run()
    nextSeq += 1
    step.corrected += 1
  }
}
