import Glibc
import ParcelStore
import Postgres

/// A PostgreSQL database into which `store copy` copies.
package actor PostgresCopyTarget: CopyTarget {
  package nonisolated let name: String
  /// Its events name their places in the journal.
  package nonisolated let comesFirst = CopiedTable.Form.journal
  package nonisolated let note: CopyNote
  private let session: PostgresConnection
  private let worker: Worker
  private var journal: CopiedJournalRows?
  private var places: CopiedPlaces?
  private var months: CopiedMonths

  /// Makes the tables, or takes those that an earlier run of the same copy has begun.
  /// - Parameter isPatient: whether it waits until a process that was killed is taken to be gone.
  package init(
    _ settings: PostgresSettings, from source: StoreHead, named sourceName: String,
    isPatient: Bool = true
  ) async throws(StoreError) {
    let name = settings.name
    self.name = name
    months = CopiedMonths(now: Int64(time(nil)))
    do {
      let session = try await PostgresConnection.open(settings)
      try await PostgresEventStore.refuseOtherEncoding(session, name)
      try await Schema.migrate(session, goesOn: nil)
      try await Partitions.make(session, around: Int64(time(nil)))
      let worker = try await Worker.register(
        settings, session, polls: true, for: Worker.usualLease)
      do {
        try await PostgresEventStore.refuseOthers(
          session, besides: worker.id, name, isPatient: isPatient)
        note = try await Self.begin(session, name, from: source, named: sourceName)
      } catch {
        if await session.isOpen { _ = try? await session.run("ROLLBACK") }
        try? await worker.end(session)
        throw error
      }
      self.session = session
      self.worker = worker
    } catch {
      throw PostgresEventStore.error(error, "copy into it", name)
    }
  }

  private static func begin(
    _ db: PostgresConnection, _ name: String, from source: StoreHead, named sourceName: String
  ) async throws -> CopyNote {
    try await db.run("BEGIN")
    try await db.run(Writer.Company.alone.lock)
    let mark = try await StoreMark.read(db)
    if mark == .moved {
      throw CopyWords.foreign(name, "it has a store that was moved elsewhere")
    }
    if mark == nil {
      try Schema.refuseNewer(try await db.run(StoreChange.select))
      let isUsed = try await db.bool(
        """
        SELECT sequence > 0 OR EXISTS(SELECT 1 FROM account) OR EXISTS(SELECT 1 FROM file)
          OR EXISTS(SELECT 1 FROM journal) OR EXISTS(SELECT 1 FROM source)
          OR EXISTS(SELECT 1 FROM contract_change) OR EXISTS(SELECT 1 FROM endpoint) FROM store
        """)
      guard !isUsed else { throw CopyWords.foreign(name, "it has a store with data of its own") }
    }
    let begun = mark == nil ? nil : try await StoreMark.origin(db)
    let note = try source.note(sourceName, begun: begun, in: name)
    try await StoreMark.begin(db, note)
    try await db.run("COMMIT")
    return note
  }

  // MARK: Reading

  package func bounds(of table: CopiedTable) async throws(StoreError) -> ClosedRange<Int64>? {
    do {
      return try await CopyReading(session).bounds(of: table)
    } catch {
      throw PostgresEventStore.error(error, "read the table \(table.name)", name)
    }
  }

  package func page(
    of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
  ) async throws(StoreError) -> CopiedPage {
    do {
      try await session.run([PostgresStatement("BEGIN"), CopyReading.usualPlans])
      let page = try await CopyReading(session, isPartial: true).page(
        of: table, in: range, after: key)
      try await session.run("COMMIT")
      return page
    } catch {
      await rollback()
      throw PostgresEventStore.error(error, "read the table \(table.name)", name)
    }
  }

  // MARK: Writing

  package func begin(_ range: ClosedRange<Int64>, of table: CopiedTable) async throws {
    try await writing(table) { () throws(PostgresFault) in
      try await session.run([PostgresStatement("BEGIN"), CopyReading.usualPlans])
      guard table.form != .journal else {
        (journal, places) = (CopiedJournalRows(), nil)
        try await CopiedJournalRows.delete(session, range)
        return
      }
      var conditions: [String] = []
      if let number = table.number { conditions.append("\(number) BETWEEN $1 AND $2") }
      if let condition = table.condition { conditions.append(condition) }
      let condition = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
      try await session.run(
        "DELETE FROM \(table.name)\(condition)",
        table.number == nil ? [] : [.integer(range.lowerBound), .integer(range.upperBound)])
    }
  }

  package func write(_ rows: CopiedRows, of table: CopiedTable) async throws {
    try await writing(table) { () throws(PostgresFault) in
      switch table.form {
      case .journal:
        var journal = journal ?? CopiedJournalRows()
        journal.write(rows)
        try await journal.send(session, isLast: false)
        self.journal = journal
      case .events: try await writeEvents(rows)
      case .plain, .pieces, .statuses, .runs:
        try await session.copy(Self.copy(table), Self.rows(rows, of: table))
      }
    }
  }

  private static func copy(_ table: CopiedTable) -> String {
    let names = table.columns.map(\.name) + (table.form == .runs ? ["seldom"] : [])
    return "COPY \(table.name)(\(names.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
  }

  private static func rows(_ rows: CopiedRows, of table: CopiedTable) -> CopyRows {
    let isRun = table.form == .runs
    var copy = CopyRows(columns: table.columns.count + (isRun ? 1 : 0))
    var reader = CopiedReader(rows)
    for _ in 0..<rows.count {
      copy.begin()
      for column in table.columns {
        switch (reader.next(), column.kind) {
        case (.integer(let number), .short): copy.add(Int32(truncatingIfNeeded: number))
        case (.integer(let number), .flag): copy.add(number != 0)
        case (.integer(let number), _): copy.add(number)
        case (.bytes(let range), .text): copy.add(text: Array(reader.bytes[range]))
        case (.bytes(let range), _): copy.add(reader.bytes[range])
        case (.null, _), (nil, _): copy.addNull()
        }
      }
      // Which seldom statuses a run has is found out at the end.
      if isRun { copy.add(0 as Int32) }
    }
    return copy
  }

  private func writeEvents(_ rows: CopiedRows) async throws(PostgresFault) {
    let known: CopiedPlaces
    if let places {
      known = places
    } else {
      known = try await CopiedPlaces(session)
      places = known
    }
    var copy = CopyRows(columns: 6)
    var reader = CopiedReader(rows)
    for _ in 0..<rows.count {
      let (parcel, time, kind) = (reader.integer(), reader.integer(), reader.integer())
      let (site, wording, seq) = (reader.integer(), reader.integer(), reader.integer())
      months.add(time)
      copy.begin()
      copy.add(parcel)
      copy.add(time)
      copy.add(known.place(of: seq).rawValue)
      copy.add(Int32(truncatingIfNeeded: kind))
      copy.add(Int32(truncatingIfNeeded: site))
      copy.add(Int32(truncatingIfNeeded: wording))
    }
    let wanted = months.take()
    if !wanted.isEmpty { try await Partitions.add(session, monthsOf: wanted) }
    try await session.copy(
      "COPY event(parcel, time, place, kind, site, wording) FROM STDIN (FORMAT binary)", copy)
  }

  package func commit(_ table: CopiedTable) async throws {
    try await writing(table) { () throws(PostgresFault) in
      if var journal {
        try await journal.send(session, isLast: true)
        self.journal = nil
      }
      try await session.run("COMMIT")
    }
  }

  package func rollback() async {
    journal = nil
    if await session.isOpen { _ = try? await session.run("ROLLBACK") }
  }

  private func writing(
    _ table: CopiedTable, _ body: () async throws(PostgresFault) -> Void
  ) async throws {
    do throws(PostgresFault) {
      try await body()
    } catch {
      let words = PostgresEventStore.error(error, "write the table \(table.name)", name)
      if error.kind == .violation { throw CopyClash(words) }
      throw words
    }
  }

  // MARK: The end

  package func prepare(_ head: StoreHead) async throws(StoreError) {
    do {
      try await session.run("BEGIN")
      try await session.run(CopyCompletion.statements(head))
      while try await ParcelLookup(session).writeNext() {}
      if try await session.bool("SELECT EXISTS(SELECT 1 FROM erasure)") {
        // Rows that were written again may still stand in pages.
        try await session.run([ErasureVacuum.owe])
      }
      let check = try await PostgresEventStore.quickCheck(session)
      if let wrong = check.counts.first {
        throw CopyWords.wrong(
          name, "\(wrong.name): \(wrong.kept) are kept, the rows say \(wrong.found)")
      }
      try await session.run("COMMIT")
    } catch {
      await rollback()
      throw PostgresEventStore.error(error, "complete the copy", name)
    }
  }

  package func complete() async throws(StoreError) {
    do {
      // So that the first questions have good plans; the server does it later, too.
      for table in CopiedTable.all { _ = try? await session.run("ANALYZE \(table.name)") }
      try await session.run("BEGIN")
      try await StoreMark.complete(session)
      try await session.run("COMMIT")
    } catch {
      await rollback()
      throw PostgresEventStore.error(error, "complete the copy", name)
    }
  }

  package func end() async {
    let (session, worker) = (session, worker)
    // By a task of its own: one that is cancelled could not ask the server any more.
    await Task {
      guard await session.isOpen else { return }
      _ = try? await session.run("ROLLBACK")
      try? await worker.end(session)
    }.value
  }
}
