import Carrier
import GRDB
import ParcelStore
import Status

/// Inserts a group's rows in the order of the table, and keeps journal, statuses and the wordings'
/// counts in step.
struct EventWriter {
  private let db: Database
  private let insert: RawStatement
  private let wordings: WordingResolver
  private var journal: JournalWriter
  private var statuses: StatusWriter
  private var previous: EventRow?
  /// New events by the wording's place in the group.
  private var events: [Int64] = []
  /// The unmapped wordings that are told, because no event had their code before.
  private(set) var newUnmapped: [Wording] = []

  /// Rows that are fetched together.
  private static let runLength = 512

  /// - Parameter firstNewParcel: parcels from this number on are new.
  init(
    _ db: Database, statusMap: StatusMap, firstNewParcel: Int64, receivedAt: Int64,
    state: borrowing WriterState
  ) throws {
    self.db = db
    insert = try RawStatement(db, "INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?, ?, ?)")
    wordings = WordingResolver(db, statusMap: statusMap)
    journal = try JournalWriter(db, nextSeq: state.nextSeq, receivedAt: receivedAt)
    statuses = try StatusWriter(
      db, firstNewParcel: firstNewParcel, firstNewSeq: state.nextSeq, receivedAt: receivedAt)
  }

  /// Writes the rows; what is there already is a repeat.
  /// - Parameters:
  ///   - files: the ledger's row of each part.
  ///   - counts: what became of each part's rows is added.
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
      // Rows lie all over the memory: fetched one after the other between two calls of SQLite each
      // would be waited for, fetched together they are not.
      run.removeAll(keepingCapacity: true)
      for place in order[start..<min(start + Self.runLength, order.count)] {
        run.append(group.rows[Int(place)])
      }
      for row in run { try write(row, group, files: files, counts: &counts, state: &state) }
    }
    try statuses.finish(state: &state)
    try journal.finish()
    state.nextSeq = journal.nextSeq
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
    if row.isAmbiguous { try keepText(of: row, group) }
    try statuses.note(row, group.wordings[Int(row.wording)], state: &state)
    try journal.append(
      parcel: Int64(row.parcel), file: files[part].rawValue, line: Int64(row.line))
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
    let place = RowResolver.RowPlace(part: row.part, line: row.line)
    try db.run(
      "INSERT INTO ambiguous_time VALUES(?, ?)",
      [journal.nextSeq, group.ambiguousTimes[place] ?? ""])
  }

  /// Adds to the number of events of each wording. One by one: of several wordings of a code that is
  /// new the first is told.
  private mutating func count(_ all: [InternedWording]) throws {
    // A code is looked up once a group, however many labels it comes with.
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

/// How two columns of the table of events hold the precision of its time beside their number, so that
/// it takes no column of its own.
enum StoredPrecision {
  /// The code, and what of the precision is part of the key: 4 × code + grain.
  @inline(__always)
  static func kind(code: Int64, _ precision: EventTime.Precision) -> Int64 {
    code << 2 | Int64(precision.grain)
  }

  /// The wording, and whether the time is one to the minute: 2 × wording + 0 or 1.
  @inline(__always)
  static func wording(_ id: Int64, _ precision: EventTime.Precision) -> Int64 {
    id << 1 | (precision == .minute ? 1 : 0)
  }

  /// Reads both columns.
  static func read(kind: Int64, wording: Int64) -> (wording: Int64, precision: EventTime.Precision)
  {
    let precision: EventTime.Precision =
      switch kind & 3 {
      case 0: wording & 1 == 0 ? .second : .minute
      case 1: .day
      default: .none
      }
    return (wording >> 1, precision)
  }
}
