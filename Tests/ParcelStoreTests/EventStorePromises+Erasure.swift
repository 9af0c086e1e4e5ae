import Carrier
import Contract
import ParcelStore
import Status
import Testing
import TrackingFile

/// A recipient's data that was erased is gone, stays gone, and nothing else changes by that.
extension EventStorePromises {
  private static let day: Int64 = 86_400

  /// The whole of an erasure, as far as it is the store's.
  @discardableResult
  private static func erase(
    _ store: any EventStore, _ number: ParcelNumber = Samples.parcel,
    of account: AccountPair? = Samples.shop, at instant: Int64 = Samples.now, limit: Int = 2
  ) async throws -> (erasure: Erasure, held: Int, rejected: Int) {
    let erasure = try await store.erase(number, of: account, at: instant)
    var (held, rejected, cursor) = (0, 0, ErasureCursor())
    while let step = try await store.eraseLines(of: erasure, after: cursor, limit: limit) {
      held += step.held
      rejected += step.rejected
      cursor = step.next
    }
    try await store.finish(erasure)
    return (erasure, held, rejected)
  }

  private static func details(
    _ store: any EventStore, _ number: ParcelNumber = Samples.parcel
  ) async throws -> ParcelDetails? {
    try await store.timelines(of: number, accountID: nil).first?.details
  }

  private static let later = Row(
    order: "CMD-2", date: "02/09/2026 10:00:00", postcode: "1300", country: "BE")

  @Test(arguments: StoreKind.allCases)
  func anErasureEmptiesTheParcelAndItsEventsStay(_ kind: StoreKind) async throws {
    let store = try kind.open()
    try await store.commit([
      Row(code: "picked_up", date: "27/08/2026 08:00:00"), Row(), Row(parcel: "AB1234567890"),
      Row(account: "D0", accountID: "EM000001"),
    ])
    let before = try await store.allEvents().map { "\($0)" }
    let erasure = try await Self.erase(store).erasure
    #expect(
      erasure
        == Erasure(seq: 5, number: Samples.parcel, account: Samples.shop, at: Samples.now))
    #expect(try await store.allEvents().map { "\($0)" } == before)
    let timelines = try await store.timelines(of: Samples.parcel, accountID: nil)
    #expect(timelines.count == 2)
    for timeline in timelines {
      let isErased = timeline.account == Samples.shop
      #expect((timeline.details == ParcelDetails()) == isErased)
    }
    #expect(try await Self.details(store, Samples.number("AB1234567890"))?.order == "CMD-1042")
    var filter = ParcelFilter()
    filter.order = "CMD-1042"
    #expect(try await store.parcels(filter).count == 2)
    #expect(try await store.currentStatus(of: Samples.number("AB1234567890")) == .delivered)
    #expect(try await store.counts().events == 4)
    let debt = try await store.erasureDebt()
    #expect(debt.unfinished == 0 && debt.files == 0)
    #expect(try await store.check(.full).isGood)
  }

  @Test(
    arguments: StoreKind.allCases,
    [
      Row(), Row(order: "CMD-9"), Row(code: "picked_up", date: "27/08/2026 08:00:00"),
      Row(date: "01/09/2026 22:00:00"), Row(date: "01/09/2026"), Row(date: ""),
      Row(date: "01/01/1950 10:00:00"), Row(date: "31/12/9999 10:00:00"),
    ])
  func earlierRowsBringNothingBackAndStillCount(_ kind: StoreKind, _ row: Row) async throws {
    for isKnown in [true, false] {
      let store = try kind.open()
      if isKnown { try await store.commit([Row()]) }
      try await Self.erase(store)
      let report = try await store.commit(
        [row, Row(code: "announced", date: "26/08/2026 08:00:00")], path: "b.csv",
        at: Samples.now + Self.day)
      #expect(report.counts[0].eventsNew + report.counts[0].eventsRepeated == 2)
      #expect(report.counts[0].eventsNew >= 1)
      #expect(try await Self.details(store) == ParcelDetails())
      // As somebody else reads it, who has nothing of it in memory.
      await store.settle()
      try await store.commit([row], path: "c.csv", at: Samples.now + Self.day)
      #expect(try await Self.details(store) == ParcelDetails())
      #expect(try await store.check(.full).isGood)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aLaterRowIsAnotherParcelsLife(_ kind: StoreKind) async throws {
    let store = try kind.open()
    try await store.commit([Row()])
    try await Self.erase(store)
    let other = ParcelDetails(order: "CMD-2", postcode: "1300", country: "BE")
    try await store.commit([Self.later], path: "b.csv", at: Samples.now + Self.day)
    #expect(try await Self.details(store) == other)
    for _ in 0..<2 {
      try await store.commit([Row()], path: "c.csv", at: Samples.now + Self.day)
      #expect(try await Self.details(store) == other)
      await store.settle()
    }
    var filter = ParcelFilter()
    filter.order = "CMD-2"
    #expect(try await store.parcels(filter).map(\.parcel) == [Samples.parcel])
  }

  @Test(
    arguments: StoreKind.allCases,
    [[0, 1], [1, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [1, 1, 0]])
  func earlierAndLaterRowsOfOneGroupAreToldApart(
    _ kind: StoreKind, _ order: [Int]
  ) async throws {
    for isKnown in [true, false] {
      let store = try kind.open()
      if isKnown { try await store.commit([Row()]) }
      try await Self.erase(store)
      let rows = order.enumerated().map { index, which in
        var row = which == 0 ? Row() : Self.later
        row.site = "S\(index)"
        return row
      }
      let report = try await store.commit(rows, path: "b.csv", at: Samples.now + Self.day)
      #expect(report.counts[0].eventsNew == order.count)
      #expect(
        try await Self.details(store)
          == ParcelDetails(order: "CMD-2", postcode: "1300", country: "BE"))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func heldRowsThatCannotBeReadAgainGoAndAreSkippedWhenTheyComeAgain(_ kind: StoreKind) async throws
  {
    let store = try kind.open()
    func held(_ parcel: String, _ date: String = "28/08/2026 11:42:10") -> Row {
      Row(account: "X9", accountID: "XX999999", parcel: parcel, date: date)
    }
    let rows = [
      held("991122334455"), held("991122334455 75012"), held("991122334456"),
      held("99112233445"), held("991122334455", ""),
    ]
    try await store.commit(rows + [Row()])
    let before = try #require(try await store.file(at: "out/a.csv")).counts
    let (_, gone, rejected) = try await Self.erase(store, of: Samples.stranger)
    #expect(gone == 3 && rejected == 0)
    let after = try #require(try await store.file(at: "out/a.csv")).counts
    #expect(after.held == before.held - 3 && after.skipped == before.skipped + 3)
    #expect(after.rows == before.rows)
    #expect(try await store.counts().held == before.held - 3)
    // The one under the shop's account is another merchant's.
    #expect(try await Self.details(store)?.order == "CMD-1042")

    let again = try await store.commit(
      [
        held("991122334455"), held("991122334455", ""), held("991122334455", "02/09/2026 10:00:00"),
      ],
      path: "b.csv", at: Samples.now + Self.day)
    #expect(again.counts[0].skipped == 2 && again.counts[0].held == 1)
    #expect(try await store.counts().held == before.held - 2)
    let lines = try #require(try await store.erasedLines(after: nil))
    #expect(lines.lines == [2, 3])
    #expect(try await store.erasedLines(after: lines.file) == nil)
    #expect(try await store.erasureDebt().files == 1)
    try await store.forget(lines)
    #expect(try await store.erasedLines(after: nil) == nil)
    #expect(try await store.check(.full).isGood)
  }

  /// Columns stand side by side in it.
  private static let fixed = Result {
    try Layout(
      name: "fixed", version: "1",
      format: .fixedWidth(spans: [
        .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 8)],
        .parcel: [.init(start: 11, width: 12)], .order: [.init(start: 23, width: 8)],
        .code: [.init(start: 31, width: 9)], .date: [.init(start: 40, width: 19)],
        .site: [.init(start: 59, width: 3)], .postcode: [.init(start: 62, width: 5)],
      ]))
  }

  @Test(arguments: StoreKind.allCases)
  func columnsOfFixedWidthAreToldApart(_ kind: StoreKind) async throws {
    let store = try kind.open()
    let layout = try Self.fixed.get()
    func line(_ number: String, _ order: String, _ postcode: String) -> String {
      "X9XX999999\(number)\(order)delivered28/08/2026 11:42:10 75\(postcode)"
    }
    let mine = line("991122334455", "MARK-1  ", "75012")
    // Of another parcel, in whose line the digits stand by chance.
    let other = line("799112233445", "5MARK-2 ", "75012")
    var reader = TrackingFileReader(layout: layout)
    reader.supply(Array("\(mine)\n\(other)\n".utf8))
    reader.finish()
    var packer = EventPacker()
    var meanings = WordingMeanings(by: Samples.statusMap)
    var batches: [EventBatch] = []
    while case .batch(let batch) = try reader.next() {
      batches.append(packer.pack(Samples.gate.admit(batch), meanings: &meanings))
    }
    var part = FilePart(
      file: FileSighting(path: "a.txt", size: 1, mtime: 1), layout: layout.name,
      origin: .reading(isFirst: true, header: []), batches: batches, end: .ingested())
    part.written = layout.written
    #expect(try await store.commit(part).counts[0].held == 2)
    #expect(try await Self.erase(store, of: Samples.stranger).held == 1)
    let run = try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10)
    let left = run?.rows.map { String(decoding: $0.raw, as: UTF8.self) } ?? []
    #expect(left.count == 2 && left.last == other)
    let blank = String(repeating: " ", count: 8)
    #expect(left.first == line("991122334455", blank, "     "), "\(left)")
  }

  /// Rows in which only some columns are known to the layout.
  private static let heldLines: [(layout: Layout, header: String, line: String, left: String)] = [
    (
      .colisPrive, Samples.header,
      "X9;XX999999;991122334455 75012;MARK-1;delivered;;28/08/2026 11:42:10;75A;75012;FR",
      "X9;XX999999;991122334455;;delivered;;28/08/2026 11:42:10;75A;;"
    ),
    (
      .colisPrive, Samples.header + ";Nom",
      "X9;XX999999;\"991 122 334 455\";MARK-1;delivered;;28/08/2026 11:42:10;75A;75012;FR;\"DUPONT; MARK\"",
      "X9;XX999999;\"991 122 334 455\";;delivered;;28/08/2026 11:42:10;75A;;;\";\""
    ),
  ]

  @Test(arguments: StoreKind.allCases, [0, 1])
  func aHeldRowKeepsWhatAnEventNeeds(_ kind: StoreKind, _ index: Int) async throws {
    let (layout, header, line, left) = Self.heldLines[index]
    let store = try kind.open()
    func commit(_ path: String) async throws -> CommitReport {
      var reader = TrackingFileReader(layout: layout)
      reader.supply(Array("\(header)\n\(line)\n".utf8))
      reader.finish()
      var packer = EventPacker()
      var meanings = WordingMeanings(by: Samples.statusMap)
      var batches: [EventBatch] = []
      while case .batch(let batch) = try reader.next() {
        batches.append(packer.pack(Samples.gate.admit(batch), meanings: &meanings))
      }
      var part = FilePart(
        file: FileSighting(path: path, size: 1, mtime: 1), layout: layout.name,
        origin: .reading(isFirst: true, header: Array(header.utf8)), batches: batches,
        end: .ingested())
      part.written = layout.written
      return try await store.commit(part)
    }
    func raws() async throws -> [String] {
      let run = try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10)
      return run?.rows.map { String(decoding: $0.raw, as: UTF8.self) } ?? []
    }
    #expect(try await commit("a.csv").counts[0].held == 1)
    #expect(try await raws() == [line])
    #expect(try await Self.erase(store, of: Samples.stranger).held == 1)
    #expect(try await raws() == [left])
    #expect(try await Self.erase(store, of: Samples.stranger).held == 0)
    // In another file it is held without that data from the start.
    #expect(try await commit("b.csv").counts[0].held == 1)
    let other = try await store.heldRun(
      of: Samples.stranger, after: HeldCursor(file: 1, line: 2), limit: 10)
    #expect(other?.rows.map { String(decoding: $0.raw, as: UTF8.self) } == [left])
    let files = try await store.files(state: nil)
    #expect(files.map(\.counts.held) == [1, 1] && files.map(\.counts.skipped) == [0, 0])

    // It comes in later, and says nothing of the recipient.
    let run = try #require(
      try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10))
    var reader = try KeptLineReader(layout: layout, header: run.header)
    var packer = EventPacker()
    var meanings = WordingMeanings(by: Samples.statusMap)
    let batches = reader.read(run.rows).map {
      packer.pack(Self.openGate.admit($0), meanings: &meanings)
    }
    let report = try await store.commit(
      FilePart(released: run, layout: layout.name, batches: batches))
    #expect(report.counts[0].eventsNew == 1)
    #expect(try await Self.details(store) == ParcelDetails())
    #expect(try await store.check(.full).isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func ofRejectedLinesTheTextGoesAndDoesNotComeBack(_ kind: StoreKind) async throws {
    let store = try kind.open()
    let bad = Row(date: "31/02/2026 10:00:00")
    var other = bad
    other.parcel = "991122334456"
    try await store.commit([bad, other])
    // Nobody knows under which account.
    let (erasure, held, rejected) = try await Self.erase(store, of: nil)
    #expect(held == 0 && rejected == 1 && erasure.account == nil)
    func texts() async throws -> [Bool] {
      try await store.rejects(file: nil, after: RejectCursor(), limit: 100).lines.map {
        $0.raw.isEmpty
      }
    }
    #expect(try await texts() == [true, false])
    try await store.commit([other, bad], path: "b.csv")
    #expect(try await texts() == [true, false, false, true])
    #expect(try await store.counts().rejected == 4)
    #expect(try await Self.erase(store, of: nil).rejected == 0)
    #expect(try await store.check(.full).isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsErasedAlreadyHasOneEntryAndReachesFurther(_ kind: StoreKind) async throws {
    let store = try kind.open()
    try await store.commit([Row()])
    let first = try await Self.erase(store).erasure
    let second = try await Self.erase(store, at: Samples.now + 2 * Self.day).erasure
    #expect(second.seq == first.seq && second.at == Samples.now + 2 * Self.day)
    // Not back again, whatever the clock says.
    #expect(try await Self.erase(store).erasure == second)
    try await store.commit([Self.later], path: "b.csv", at: Samples.now + 3 * Self.day)
    #expect(try await Self.details(store) == ParcelDetails())
    #expect(try await store.erasures(in: 0...Int64.max, limit: 10) == [second])
    #expect(try await store.unfinishedErasures().isEmpty)

    var row = Self.later
    row.date = "05/09/2026 10:00:00"
    try await store.commit([row], path: "c.csv", at: Samples.now + 5 * Self.day)
    let third = try await Self.erase(store, at: Samples.now + 6 * Self.day).erasure
    #expect(third.seq == 5)
    #expect(try await Self.details(store) == ParcelDetails())
  }

  @Test(arguments: StoreKind.allCases)
  func anErasureThatIsNotFinishedIsFoundAgain(_ kind: StoreKind) async throws {
    let store = try kind.open()
    try await store.commit([Row()])
    let begun = try await store.erase(Samples.parcel, of: Samples.shop, at: Samples.now)
    #expect(try await store.unfinishedErasures() == [begun])
    #expect(try await store.erasureDebt().unfinished == 1)
    // One that reaches further was begun since.
    let further = try await store.erase(Samples.parcel, of: Samples.shop, at: Samples.now + 1)
    try await store.finish(begun)
    #expect(try await store.unfinishedErasures() == [further])
    try await store.finish(further)
    #expect(try await store.unfinishedErasures().isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func followersGetAnEntryInTheOrderOfSeq(_ kind: StoreKind) async throws {
    let store = try kind.open()
    try await store.commit([Row()])
    try await Self.erase(store)
    try await store.commit([Row(parcel: "AB1234567890")], path: "b.csv")
    for limit in [1, 2, 100] {
      var (entries, next): ([JournalEntry], Int64) = ([], 0)
      while case let page = try await store.journal(after: next, limit: limit),
        let last = page.last
      {
        entries += page
        next = last.seq
      }
      #expect(entries.map(\.seq) == [1, 2, 3])
      guard entries.count == 3, case .event = entries[0], case .erasure = entries[1],
        case .event = entries[2]
      else {
        Issue.record("\(entries)")
        return
      }
    }
    var filter = EventFilter()
    func seqs(_ limit: Int) async throws -> [Int64] {
      var (seqs, next): ([Int64], Int64) = ([], 0)
      while true {
        let page = try await store.journal(filter, after: next, limit: limit)
        seqs += page.entries.map(\.seq)
        next = page.reached
        if page.isLast { return seqs }
      }
    }
    filter.parcel = Samples.parcel
    for limit in [1, 2, 100] { #expect(try await seqs(limit) == [1, 2]) }
    filter.statuses = [.delivered]
    #expect(try await seqs(10) == [1])
    filter = EventFilter()
    filter.since = Samples.now
    #expect(try await seqs(10) == [2])
  }

  @Test(arguments: StoreKind.allCases)
  func anErasureOutlivesTheParcel(_ kind: StoreKind) async throws {
    let store = try kind.open()
    try await store.commit([Row()])
    try await Self.erase(store)
    var done: Int64 = 0
    while let step = try await store.prune(before: Samples.now, after: done, limit: 256) {
      done = step.done
    }
    #expect(try await store.counts().parcels == 0)
    #expect(try await store.journal(after: 0, limit: 10).map(\.seq) == [1, 2])
    try await store.commit([Row(date: "")], path: "b.csv", at: Samples.now + Self.day)
    #expect(try await Self.details(store) == ParcelDetails())
    #expect(try await store.check(.full).isGood)
  }
}
