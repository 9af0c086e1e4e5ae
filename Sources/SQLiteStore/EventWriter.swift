import Carrier
import GRDB
import ParcelStore
import Status

/// Inserts a group's rows in the order of the table, and brings journal, statuses and the wordings'
/// counts up to date.
struct EventWriter {
  private let db: Database
  private let insert: RawStatement
  private let wordings: WordingResolver
  private var journal: JournalWriter
  private var statuses: StatusWriter
  private var seldom: SeldomWriter
  private var previous: EventRow?
  /// New events by the wording's index in the group.
  private var events: [Int64] = []
  /// The unmapped wordings that are to be reported: no event had their code before.
  private(set) var newUnmapped: [Wording] = []

  /// The `seq` of the next new event.
  var nextSeq: Int64 { journal.nextSeq }

  /// How many rows are copied together.
  private static let runLength = 512

  /// - Parameters:
  ///   - firstNewParcel: parcels from this number on are new.
  ///   - nextSeq: the `seq` of the first new event.
  init(
    _ db: Database, firstNewParcel: Int64, nextSeq: Int64, receivedAt: Int64
  ) throws {
    self.db = db
    insert = try RawStatement(db, "INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?, ?, ?)")
    wordings = WordingResolver(db)
    journal = try JournalWriter(db, nextSeq: nextSeq, receivedAt: receivedAt)
    seldom = SeldomWriter(db)
    statuses = try StatusWriter(
      db, firstNewParcel: firstNewParcel, firstNewSeq: nextSeq, receivedAt: receivedAt)
  }

  /// Writes the rows; an event that is there already is a repeat.
  /// - Parameters:
  ///   - files: the ledger's row of each part.
  ///   - counts: to which each part's new and repeated events are added.
  mutating func write(
    _ group: RowResolver.Rows, files: [FileID], counts: inout [FileCounts],
    state: inout WriterState
  ) throws {
    events = Array(repeating: 0, count: group.wordings.count)
    var sorting = RowOrder()
    let order = sorting.sorted(group.rows)
    var run: [EventRow] = []
    run.reserveCapacity(Self.runLength)
    for start in stride(from: 0, to: order.count, by: Self.runLength) {
      // In this order the rows are scattered in memory. If each were read between two calls of
      // SQLite, the processor would wait for each; in a loop of its own it reads several at once.
      run.removeAll(keepingCapacity: true)
      for place in order[start..<min(start + Self.runLength, order.count)] {
        run.append(group.rows[Int(place)])
      }
      for row in run { try write(row, group, files: files, counts: &counts, state: &state) }
    }
    try statuses.finish()
    try journal.finish()
    try seldom.finish(&state.seldom)
    try count(group.wordings)
  }

  private mutating func write(
    _ row: EventRow, _ group: RowResolver.Rows, files: [FileID], counts: inout [FileCounts],
    state: inout WriterState
  ) throws {
    let part = Int(row.part)
    // A repeat inside the group need not ask the table.
    let isRepeat = previous.map(row.isSameEvent) ?? false
    previous = row
    guard !isRepeat, try insert(row, group.wordings[Int(row.wording)]) else {
      counts[part].eventsRepeated += 1
      return
    }
    counts[part].eventsNew += 1
    events[Int(row.wording)] += 1
    seldom.add(row, group.wordings[Int(row.wording)], seq: journal.nextSeq, state.seldom)
    if row.isAmbiguous { try keepText(of: row, group) }
    let effect = try statuses.apply(
      row, group.wordings[Int(row.wording)], seq: journal.nextSeq, state: &state)
    try journal.append(
      JournalBlock.Entry(
        parcel: Int64(row.parcel), file: files[part].rawValue, line: Int64(row.line),
        effect: effect), row, wording: group.wordings[Int(row.wording)].id)
  }

  /// - Returns: whether the event was not there before.
  @inline(__always)
  private func insert(_ row: EventRow, _ wording: InternedWording) throws -> Bool {
    insert.bind(1, Int64(row.parcel))
    insert.bind(2, row.time)
    insert.bind(3, StoredPrecision.kind(code: wording.code, row.precision))
    insert.bind(4, Int64(row.site))
    insert.bind(5, StoredPrecision.wording(wording.id, row.precision))
    insert.bind(6, journal.nextSeq)
    return try insert.run() > 0
  }

  private func keepText(of row: EventRow, _ group: RowResolver.Rows) throws {
    let key = RowResolver.RowKey(part: row.part, line: row.line)
    try db.run(
      "INSERT INTO ambiguous_time VALUES(?, ?)",
      [journal.nextSeq, group.ambiguousTimes[key] ?? ""])
  }

  /// Adds to each wording's number of events. One by one: of several wordings of a new code only
  /// the first is reported.
  private mutating func count(_ all: [InternedWording]) throws {
    // A code is looked up once per group, however many labels it comes with.
    var codes: Set<Int64> = []
    for (wording, events) in zip(all, events).sorted(by: { $0.0.id < $1.0.id }) where events > 0 {
      if !wording.isMapped, codes.insert(wording.code).inserted,
        let new = try wordings.newlyUnmapped(wording.id)
      {
        newUnmapped.append(new)
      }
      try db.run("UPDATE wording SET events = events + ? WHERE id = ?", [events, wording.id])
    }
  }
}
