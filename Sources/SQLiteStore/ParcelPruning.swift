import Carrier
import GRDB
import ParcelStore

/// Deletes the events of a range of parcels that are older than they are kept.
///
/// Only runs of parcels are read that have events of before (see `ParcelRangeWriter`); a run that was pruned says
/// so afterwards, so a pruning that begins again passes over what is done.
struct ParcelPruning {
  private let db: Database
  private let oldest: Int64
  /// Only counts.
  private let isDry: Bool
  private let scan: RawStatement
  private let current: RawStatement
  private var age: EventAge
  private var step = PruneStep(done: 0, all: 0)
  /// The events of the parcel that is being read.
  private var events: [Event] = []
  private var parcel: Int64 = 0
  private var doomed = Doomed()
  /// Between which times the events of the run happened that stay.
  private var range: ClosedRange<Int64>?

  private struct Event {
    let time: Int64
    let kind: Int64
    let site: Int64
    let wording: Int64
    let seq: Int64
    let instant: Int64
  }

  /// What goes.
  private struct Doomed {
    var events: [(parcel: Int64, event: Event)] = []
    /// All of their events go.
    var parcels: [Int64] = []
    var ranges: [(block: Int64, range: ClosedRange<Int64>?)] = []
  }

  /// Entries for followers that one batch deletes.
  private static let mostCorrections = 20_000

  /// - Parameter oldest: the instant from which on events stay.
  init(_ db: Database, before oldest: Int64, isDry: Bool) throws {
    self.db = db
    self.oldest = oldest
    self.isDry = isDry
    age = try EventAge(db)
    scan = try RawStatement(
      db,
      """
      SELECT parcel, time, kind, site, wording, seq FROM event WHERE parcel BETWEEN ? AND ?
      ORDER BY parcel
      """)
    current = try RawStatement(db, "SELECT position FROM current WHERE parcel = ?")
  }

  /// - Parameter done: where the batch before ended.
  /// - Returns: nil when nothing is left to delete.
  mutating func run(after done: Int64, limit: Int) throws -> PruneStep? {
    let bits = ParcelRangeWriter.blockBits
    let runs = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT block FROM parcel_range WHERE block >= ? AND min_time < ? ORDER BY block LIMIT ?
          """), arguments: [(done + 1) >> bits, oldest, max(1, limit >> Int(bits))])
    guard let last = runs.last else { return try finishCorrections(done) }
    for run in runs { try look(at: run) }
    step.events = doomed.events.count
    step.parcels = doomed.parcels.count
    step.done = (last + 1) << bits - 1
    step.all = try max(step.done, db.value("SELECT max(id) FROM parcel") ?? 0)
    if !isDry { try delete() }
    return step
  }

  private mutating func look(at run: Int64) throws {
    let parcels = ParcelRangeWriter.parcels(ofBlock: run)
    scan.bind(1, parcels.lowerBound)
    scan.bind(2, parcels.upperBound)
    defer { scan.reset() }
    range = nil
    while try scan.step() {
      let number = scan.integer(0)
      if number != parcel {
        try decide()
        parcel = number
      }
      let (time, kind, seq) = (scan.integer(1), scan.integer(2), scan.integer(5))
      events.append(
        Event(
          time: time, kind: kind, site: scan.integer(3), wording: scan.integer(4) >> 1, seq: seq,
          instant: try age.instant(time, kind: kind, seq: seq, before: oldest)))
    }
    try decide()
    doomed.ranges.append((run, range))
  }

  /// Decides which events of the parcel in hand go.
  private mutating func decide() throws {
    guard !events.isEmpty else { return }
    defer { events.removeAll(keepingCapacity: true) }
    let staying = events.count { $0.instant >= oldest }
    if staying == 0 {
      doomed.parcels.append(parcel)
      for event in events { doomed.events.append((parcel, event)) }
      return
    }
    let end = try staying == events.count ? oldest : min(oldest, dayOfStatus() ?? oldest)
    for event in events {
      if event.instant < end {
        doomed.events.append((parcel, event))
      } else {
        let times = try age.range(event.time, kind: event.kind, seq: event.seq)
        range = range.map {
          min($0.lowerBound, times.lowerBound)...max($0.upperBound, times.upperBound)
        }
        if range == nil { range = times }
      }
    }
  }

  /// Where the day begins whose events decide the parcel's current status.
  private func dayOfStatus() throws -> Int64? {
    current.bind(1, parcel)
    defer { current.reset() }
    guard try current.step() else { return nil }
    let position = CurrentPosition(rawValue: current.integer(0))
    return WallClock.paris.bounds(ofDayAt: position.instant).lowerBound
  }

  // MARK: Deleting

  private func delete() throws {
    try deleteEvents()
    try JournalHoles(db).remove(doomed.events.map(\.event.seq).sorted())
    try deleteParcels()
    let narrow = try RawStatement(
      db,
      """
      UPDATE parcel_range SET min_time = ?2, max_time = ?3
      WHERE block = ?1 AND (min_time <> ?2 OR max_time <> ?3)
      """)
    for (block, range) in doomed.ranges {
      guard let range else {
        try db.run("DELETE FROM parcel_range WHERE block = ?", [block])
        continue
      }
      narrow.bind(1, block)
      narrow.bind(2, range.lowerBound)
      narrow.bind(3, range.upperBound)
      try narrow.run()
    }
  }

  private func deleteEvents() throws {
    let delete = try RawStatement(
      db, "DELETE FROM event WHERE parcel = ? AND time = ? AND kind = ? AND site = ?")
    var wordings: [Int64: Int] = [:]
    for (parcel, event) in doomed.events {
      delete.bind(1, parcel)
      delete.bind(2, event.time)
      delete.bind(3, event.kind)
      delete.bind(4, event.site)
      try delete.run()
      wordings[event.wording, default: 0] += 1
    }
    for (wording, events) in wordings {
      try db.run(
        "UPDATE wording SET events = max(0, events - ?) WHERE id = ?", [events, wording])
    }
    let numbers = doomed.events.map(\.event.seq)
    guard let first = numbers.min(), let last = numbers.max() else { return }
    // Few events have one.
    let texts = try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT seq FROM ambiguous_time WHERE seq BETWEEN ? AND ?"),
      arguments: [first, last])
    guard !texts.isEmpty else { return }
    let gone = Set(numbers)
    for seq in texts where gone.contains(seq) {
      try db.run("DELETE FROM ambiguous_time WHERE seq = ?", [seq])
    }
  }

  private func deleteParcels() throws {
    guard let last = doomed.parcels.last else { return }
    // One table after the other: with the three statements in a list the compiler of Swift 6.3 crashes.
    for table in ["current WHERE parcel", "correction WHERE parcel", "parcel WHERE id"] {
      let delete = try RawStatement(db, "DELETE FROM \(table) = ?")
      for parcel in doomed.parcels {
        delete.bind(1, parcel)
        try delete.run()
      }
    }
    try db.run("UPDATE store SET removed_parcel = max(removed_parcel, ?)", [last])
    try ParcelLookup(db).rewriteSegments(of: doomed.parcels)
  }

  /// Deletes corrected statuses that are as old.
  private mutating func finishCorrections(_ done: Int64) throws -> PruneStep? {
    guard !isDry else { return nil }
    try db.run(
      """
      DELETE FROM correction WHERE seq IN (
        SELECT seq FROM correction WHERE at < ? ORDER BY seq LIMIT \(Self.mostCorrections))
      """, [oldest])
    guard db.changesCount > 0 else { return nil }
    return PruneStep(done: done, all: done)
  }
}
