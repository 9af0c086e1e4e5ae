import Carrier
import GRDB
import ParcelStore
import Status

// Events that a filter admits, and parcels to which something happened.
extension EventReader {
  /// Blocks of the journal that one page reads at most: some tens of milliseconds.
  private static let mostBlocks = 400
  /// Runs of 256 parcels that one page looks at instead: about as long.
  private static let mostParcelRuns = 600
  /// So many events are read from the journal as quickly as from the lists of seldom sites and wordings.
  private static let quickDistance: Int64 = 20_000

  /// The events after a `seq` that a filter admits.
  mutating func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) throws -> EventPage {
    let last: Int64 = try db.value("SELECT sequence FROM store") ?? 0
    guard seq < last, limit > 0 else {
      return EventPage([], reached: seq, isLast: seq >= last)
    }
    if let number = filter.parcel {
      return try events(of: number, filter, after: seq, limit: limit)
    }
    guard let wanted = try EventCondition(db, filter) else {
      return EventPage([], reached: last, isLast: true)
    }
    if last - seq > Self.quickDistance,
      let page = try eventsOfSeldom(wanted, filter, after: seq, limit: limit)
    {
      return page
    }
    if filter.since != nil || filter.until != nil,
      let page = try eventsByParcel(wanted, filter, after: seq, limit: limit)
    {
      return page
    }
    let firsts = try blocks(wanted, from: seq + 1, most: Self.mostBlocks)
    var events: [StoredEvent] = []
    var reached = seq
    for first in firsts {
      guard let block = try load(atOrBefore: first) else { continue }
      reached = block.firstSeq + Int64(block.entries.count) - 1
      try append(block, after: seq, wanted, filter, &events)
      if events.count >= limit {
        let page = Array(events.prefix(limit))
        return EventPage(page, reached: page.last?.seq ?? seq, isLast: false)
      }
    }
    guard firsts.count == Self.mostBlocks else {
      return EventPage(events, reached: last, isLast: true)
    }
    return EventPage(events, reached: max(seq, reached), isLast: false)
  }

  /// The first `seq` of blocks that may have what is wanted, from the block on that has `seq`.
  private func blocks(_ wanted: EventCondition, from seq: Int64, most: Int) throws -> [Int64] {
    try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT first_seq FROM journal_range
          WHERE first_seq >= coalesce(
              (SELECT first_seq FROM journal_range WHERE first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1), 0)
            AND max_time >= ?2 AND min_time < ?3 AND wordings & ?4 <> 0 AND sites & ?5 <> 0
          ORDER BY first_seq LIMIT ?6
          """),
      arguments: [seq, wanted.since, wanted.until, wanted.wordingBits, wanted.siteBits, most])
  }

  /// Appends the events of a block that a filter admits; they lie parcel by parcel.
  private mutating func append(
    _ block: Block, after seq: Int64, _ wanted: EventCondition, _ filter: EventFilter,
    _ events: inout [StoredEvent]
  ) throws {
    let statement = try db.cachedStatement(
      sql: "\(Self.columns) WHERE parcel = ? AND seq BETWEEN ? AND ? ORDER BY seq")
    var index = Int(max(0, seq + 1 - block.firstSeq))
    while index < block.entries.count {
      let parcel = block.entries[index].parcel
      let end =
        block.entries[index...].firstIndex { $0.parcel != parcel } ?? block.entries.count
      let from = block.firstSeq + Int64(index)
      let rows = try Row.fetchAll(
        statement, arguments: [parcel, from, from + Int64(end - index) - 1])
      for row in rows where wanted.mayAdmit(row) {
        let event = try event(row, parcelOfAccount(parcel))
        if filter.admits(event) { events.append(event) }
      }
      index = end
    }
  }

  /// Those of one number, under every account.
  private mutating func events(
    of number: ParcelNumber, _ filter: EventFilter, after seq: Int64, limit: Int
  ) throws -> EventPage {
    let last: Int64 = try db.value("SELECT sequence FROM store") ?? 0
    let parcels = try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT id FROM parcel WHERE number = ?"),
      arguments: [number.description])
    var found: [StoredEvent] = []
    for parcel in parcels {
      found += try events(ofParcel: parcel, parcelOfAccount(parcel)).filter {
        $0.seq > seq && filter.admits($0)
      }
    }
    found.sort { $0.seq < $1.seq }
    guard found.count > limit else { return EventPage(found, reached: last, isLast: true) }
    let page = Array(found.prefix(limit))
    return EventPage(page, reached: page.last?.seq ?? seq, isLast: false)
  }

  /// Those of parcels to which something happened in the time of the filter: for a short time these are fewer than the
  /// events of the blocks that touch it.
  /// - Returns: nil when more parcels would have to be looked at.
  private mutating func eventsByParcel(
    _ wanted: EventCondition, _ filter: EventFilter, after seq: Int64, limit: Int
  ) throws -> EventPage? {
    let runs = try Int64.fetchAll(
      db.cachedStatement(
        sql: "SELECT block FROM parcel_range WHERE max_time >= ? AND min_time < ? LIMIT ?"),
      arguments: [wanted.since, wanted.until, Self.mostParcelRuns + 1])
    guard runs.count <= Self.mostParcelRuns else { return nil }
    let select = try db.cachedStatement(
      sql: """
        SELECT time, kind, site, wording, seq, parcel FROM event
        WHERE parcel BETWEEN ? AND ? AND seq > ? AND (time >= ? AND time < ? OR kind & 3 = 2)
        """)
    var found: [(seq: Int64, parcel: Int64)] = []
    for run in runs {
      let parcels = ParcelRangeWriter.parcels(ofBlock: run)
      let rows = try Row.fetchCursor(
        select,
        arguments: [
          parcels.lowerBound, parcels.upperBound, seq, wanted.since, wanted.until,
        ])
      while let row = try rows.next() {
        if wanted.mayAdmit(row) { found.append((row[4], row[5])) }
      }
    }
    let events = try admitted(found, filter, limit: limit)
    if events.count == limit {
      return EventPage(events, reached: events.last?.seq ?? seq, isLast: false)
    }
    let last: Int64 = try db.value("SELECT sequence FROM store") ?? 0
    return EventPage(events, reached: last, isLast: true)
  }

  /// Those of a site or a status that few parcels have.
  /// - Returns: nil when others have to be looked at as well.
  private mutating func eventsOfSeldom(
    _ wanted: EventCondition, _ filter: EventFilter, after seq: Int64, limit: Int
  ) throws -> EventPage? {
    guard let seldom = try wanted.seldomParcels(db), seldom.end > seq + 1 else { return nil }
    // A time says more than a list that has only the first ones.
    if !seldom.isComplete, filter.since != nil || filter.until != nil { return nil }
    let select = try db.cachedStatement(
      sql: """
        SELECT time, kind, site, wording, seq FROM event
        WHERE parcel = ? AND seq > ? AND seq < ?
        """)
    var found: [(seq: Int64, parcel: Int64)] = []
    for parcel in seldom.parcels {
      let rows = try Row.fetchCursor(select, arguments: [parcel, seq, seldom.end])
      while let row = try rows.next() {
        if wanted.mayAdmit(row) { found.append((row[4], parcel)) }
      }
    }
    let events = try admitted(found, filter, limit: limit)
    if events.count == limit {
      return EventPage(events, reached: events.last?.seq ?? seq, isLast: false)
    }
    guard seldom.isComplete else {
      return EventPage(events, reached: seldom.end - 1, isLast: false)
    }
    let last: Int64 = try db.value("SELECT sequence FROM store") ?? 0
    return EventPage(events, reached: last, isLast: true)
  }

  /// The first of some events that a filter admits, in the order of `seq`.
  private mutating func admitted(
    _ places: [(seq: Int64, parcel: Int64)], _ filter: EventFilter, limit: Int
  ) throws -> [StoredEvent] {
    let one = try db.cachedStatement(sql: "\(Self.columns) WHERE parcel = ? AND seq = ?")
    var events: [StoredEvent] = []
    for place in places.sorted(by: { $0.seq < $1.seq }) {
      guard let row = try Row.fetchOne(one, arguments: [place.parcel, place.seq]) else { continue }
      let event = try event(row, parcelOfAccount(place.parcel))
      guard filter.admits(event) else { continue }
      events.append(event)
      if events.count == limit { break }
    }
    return events
  }
}
