import Carrier
import Contract
import Foundation
import Ingest
import ParcelStore
import Postgres
import PostgresStore
import SQLiteStore
import Status
import TestSupport
import Testing

/// A store of either kind that tests copy, by the same way as `colisd store copy`.
extension SharedStore {
  func source() async throws -> any CopySource {
    switch self {
    case .sqlite(let file): try SQLiteCopySource(path: file.path)
    case .postgres(let url):
      try await PostgresCopySource(PostgresSettings(url: url), isPatient: false)
    }
  }

  func target(of source: any CopySource) async throws -> any CopyTarget {
    let head = try await source.head()
    switch self {
    case .sqlite(let file):
      return try SQLiteCopyTarget(path: file.path, from: head, named: source.name)
    case .postgres(let url):
      return try await PostgresCopyTarget(
        PostgresSettings(url: url), from: head, named: source.name, isPatient: false)
    }
  }

  /// Small ranges and pages, so that few rows have many of them. Of the journal a range has two blocks or so.
  static func tables(_ target: any CopyTarget) -> [CopiedTable] {
    CopiedTable.all(first: target.comesFirst).map {
      switch $0.form {
      case .journal: $0.cut(span: 200, pageRows: 1)
      case .plain, .events, .pieces, .statuses, .runs: $0.cut(span: 8, pageRows: 3)
      }
    }
  }

  @discardableResult
  func copy(to other: SharedStore) async throws -> CopyReport {
    let source = try await source()
    let target = try await other.target(of: source)
    return try await StoreCopying(source, to: target, tables: Self.tables(target)).run()
  }
}

/// A store with everything in it.
enum EverythingStore {
  static let day: Int64 = 86_400

  static func fill(_ store: any EventStore) async throws {
    try await months(store)
    let (ids, _) = try await store.register([
      ConfiguredSource(name: "a", place: "dupont@drop:22 /out"),
      ConfiguredSource(name: "b", place: "martin@drop:22 /out"),
    ])
    try await store.notePoll(of: ids[0], .succeeded, at: Samples.now, next: Samples.now + 60)
    var random = RandomRows(generator: SeededGenerator(seed: 5), hasCoarse: true, hasOdd: true)
    try await store.commit(SampleFile(source: ids[0], path: "1.csv").part(random.rows(80)))
    try await store.commit(SampleFile(source: ids[1], path: "1.csv").part(random.rows(80)))
    try await unread(store)
    try await endpoints(store)
    let change = try await change(of: store, to: EventStorePromises.otherMap)
    #expect(try await store.putInForce(change, at: Samples.now))
    while let step = try await store.remapParcels(limit: 7, at: Samples.now + 60) {
      if step.progress == nil { break }
    }
    try await EventStorePromises.erase(store, Samples.number("990000000200"))
    // Held rows and rejected lines of it are still to be looked at.
    _ = try await store.erase(
      Samples.number("990000000201"), of: Samples.shop, at: Samples.now)
    var done: Int64 = 0
    while let step = try await store.prune(
      before: Samples.now - 600 * day, after: done, limit: 100)
    {
      done = step.done
    }
  }

  /// Events of 26 months, of which the first ones go again; more parcels than a run of 256 has.
  private static func months(_ store: any EventStore) async throws {
    for month in 0..<26 {
      let (year, number) = (2024 + (6 + month) / 12, (6 + month) % 12 + 1)
      let digits = number < 10 ? "0\(number)" : "\(number)"
      let rows = (0..<12).flatMap { parcel in
        ["picked_up", "delivered"].enumerated().map { step, code in
          Row(
            parcel: "\(990_000_000_000 + month * 12 + parcel)",
            order: "CMD-\(month)-\(parcel)", code: code,
            date: "1\(step)/\(digits)/\(year) 08:00:00", site: "S\(parcel)",
            postcode: "750\(10 + parcel)")
        }
      }
      try await store.commit(
        rows, path: "month/\(month).csv", at: Samples.now - Int64(26 - month) * 2_630_000 + 12 * day
      )
    }
    // A time that came twice that night, and one parcel with more data than before.
    try await store.commit(
      [
        Row(parcel: "990000000300", date: "26/10/2025 02:30:00"),
        Row(parcel: "990000000300", order: "CMD-NEW", code: "returned", postcode: "13001"),
      ], path: "night.csv")
  }

  /// Rows that are no events, copies of files, and files that are not read to their end.
  private static func unread(_ store: any EventStore) async throws {
    var part = try SampleFile(path: "held.csv").part(
      [Row(account: "X9", accountID: "XX999999"), Row(account: "E2", accountID: "EM222222")]
        + [.raw("?"), .raw("nonsense é")])
    part.raw = RawPart(
      pieces: (0..<5).map { RawPiece(number: $0, size: 900, packed: [UInt8($0), 0, 255]) },
      sha256: [1, 2, 3])
    try await store.commit(part)
    try await store.commit(
      SampleFile(path: "skipped.csv", gate: Samples.skippingGate).part(
        [Row(account: "X9", accountID: "XX999999"), Row(account: "X8", accountID: "XX999998")]))
    try await store.commit(
      SampleFile(path: "broken.csv").part([Row(site: "")], end: .failed("no end", isFinal: true)))
    // As a killed process leaves it.
    try await store.commit(SampleFile(path: "begun.csv").part([Row(code: "announced")], end: nil))
    try await store.setReason(.unknownAccount, for: Samples.stranger)
    try await store.noteArchive(
      ArchiveFolder(server: "dupont@drop:22", directory: "/out", path: "done"))
  }

  /// One in an outage, one that nothing was delivered to yet.
  private static func endpoints(_ store: any EventStore) async throws {
    _ = try await store.takeEndpoint("new", after: 3, at: Samples.now)
    let epoch = try await store.takeEndpoint("shop", after: 0, at: Samples.now).epoch
    let fault = DeliveryFault(status: 500, reason: "it answered 500", answer: "no order é\n")
    var progress = DeliveryProgress(
      position: 300,
      outage: EndpointOutage(
        since: Samples.now, tries: 3, nextAt: Samples.now + 300, fault: fault))
    let states: [OpenDelivery.State] = [
      .waiting(until: Samples.now + 300), .behind, .parked(at: Samples.now),
    ]
    progress.open = (0..<12).map { index in
      OpenDelivery(
        seq: Int64(20 * index + 10), parcel: Samples.number("\(990_000_000_195 + index)"),
        state: states[index % 3], tries: index % 3, fault: index % 3 == 1 ? nil : fault)
    }
    (progress.delivered, progress.failures, progress.lastDelivery) = (280, 9, Samples.now - 9)
    progress.caughtUpAt = Samples.now - 60
    #expect(try await store.save(progress, of: "shop", epoch: epoch))
  }

  static func change(of store: any EventStore, to map: StatusMap) async throws -> MapChange {
    var change = MapChange(to: map)
    change.compare(try await store.storedWordings(after: 0, limit: .max))
    return change
  }

  /// What every question is answered with, as text.
  static func answers(of store: any EventStore) async throws -> [String] {
    var lines: [String] = []
    func add(_ name: String, _ values: [Any]) {
      lines += values.enumerated().map { "\(name) \($0): \($1)" }
    }
    // Of two with the same time each kind of store has another one first.
    func addSorted(_ name: String, _ values: [Any]) {
      add(name, values.map { "\($0)" }.sorted())
    }
    // Lists in no particular order, and texts with dictionaries in them.
    func addLoosely(_ name: String, _ values: [Any]) {
      add(name, values.map { String("\($0)".sorted()) }.sorted())
    }
    add("incarnation", [try await store.incarnation()])
    addLoosely("counts", [try await store.counts()])
    add("journal", try await store.journal(after: 0, limit: .max))
    add("events", try await store.allEvents())
    let parcels = try await store.parcels(ParcelFilter(limit: 10_000))
    addSorted("parcels", parcels)
    for number in Set(parcels.map(\.parcel)).sorted(by: { "\($0)" < "\($1)" }) {
      add("\(number)", try await store.timelines(of: number, accountID: nil))
    }
    let listed = parcels.map { ParcelOfAccount(number: $0.parcel, account: $0.account) }
    addSorted("how they stand", Array(try await store.standings(of: Set(listed))))
    var ordered = ParcelFilter(limit: 100)
    ordered.order = "CMD-20-3"
    addSorted("order", try await store.parcels(ordered))
    var delivered = ParcelFilter(limit: 10_000)
    delivered.statuses = [.delivered]
    addSorted("delivered", try await store.parcels(delivered))
    addSorted("files", try await store.files(state: nil))
    addLoosely("held", try await store.held())
    for account in [Samples.stranger, Samples.incomplete] {
      let run = try await store.heldRun(of: account, after: HeldCursor(), limit: 1_000)
      add("held of \(account)", run.map { [$0] } ?? [])
    }
    addSorted("rejects", try await store.rejects(file: nil, limit: 1_000))
    addSorted("skipped", try await store.skipped())
    addSorted("feeds", try await store.feeds())
    addLoosely("standings", try await store.standings())
    add("sources", try await store.sources())
    addSorted("archives", try await store.archives())
    addSorted("unmapped", try await store.unmapped())
    add("wordings", try await store.storedWordings(after: 0, limit: .max))
    add("map", try await store.mapInForce().map { [$0] } ?? [])
    addLoosely("remapped", try await store.remappedWordings())
    addSorted("sites", try await store.sites(limit: 1_000))
    add("erasures", try await store.erasures(in: 0 ... .max, limit: 1_000))
    add("open erasures", try await store.unfinishedErasures())
    add("endpoints", try await store.endpoints())
    for areParked in [false, true] {
      add(
        "open deliveries",
        try await store.openDeliveries(of: "shop", parked: areParked, after: 0, limit: 100))
    }
    add("open counts", [try await store.openDeliveryCounts(of: "shop")])
    for copy in try await store.rawCopies(before: nil, limit: 100) {
      add("copy", [copy])
      add("pieces", try await store.rawPieces(of: copy.copy, from: 0, limit: .max))
    }
    return lines
  }
}
