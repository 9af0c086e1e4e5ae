import Carrier
import Contract
import Ingest
import ParcelStore
import Status
import TrackingFile
import Views

/// Says of each row what would become of it, and stores nothing: `check FILE`, and the ten rows of `init`.
struct FileCheck {
  private let rules: Rules
  private let gate: Gate
  private let places: RulePlaces
  private let store: (any StoreReader)?
  /// The instant before which rows are too old to be kept: seconds since 1970.
  private let oldest: Int64
  /// How many rows are kept to be shown.
  private let limit: Int
  private var report: FileCheckReport
  private var wordings: [Wording: MappedMeaning] = [:]
  /// The first line of each event, by its hash.
  private var lines: [Int: Int] = [:]

  /// Labels that never come again must not fill the memory.
  private static let mostWordings = 4_096
  /// Among so many rows it is looked for repeated ones; this takes about 100 MB.
  private static let mostLines = 2_000_000

  /// - Parameters:
  ///   - name: the file's name, for people.
  ///   - store: nil: there is none yet.
  init(
    _ name: String, _ rules: Rules, _ places: RulePlaces, _ store: (any StoreReader)?, limit: Int
  ) async throws(StoreError) {
    self.rules = rules
    self.places = places
    self.store = store
    self.limit = limit
    oldest = rules.eventRetention?.oldest(at: currentTime()) ?? .min
    gate = Gate(
      contracts: rules.contracts, today: CalendarDay(at: currentTime()),
      unknownAccounts: rules.unknownAccounts,
      past: FeedPast(try await store?.feeds() ?? []))
    report = FileCheckReport(
      file: name, layout: "\(rules.layout.name) version \(rules.layout.version)")
  }

  /// Reads a file of this machine.
  /// - Parameter path: `-` is standard input.
  /// - Returns: several reports if the file is a ZIP archive, one per member.
  static func read(
    _ path: String, _ rules: Rules, _ places: RulePlaces, _ store: (any StoreReader)?, limit: Int
  ) async throws -> [FileCheckReport] {
    var reports: [FileCheckReport] = []
    var check = try await FileCheck(path, rules, places, store, limit: limit)
    let bar = ProgressBar()
    let show: (IngestProgress) -> Void = { bar?.show($0, of: .local) }
    try await LocalFiles.look(at: path, by: rules.layout, onProgress: show) { step in
      if let report = try await check.take(step) { reports.append(report) }
    }
    bar?.finish()
    return reports
  }

  /// Takes the next step of a look. What the members of an archive repeat of each other is known.
  /// - Returns: the report of the file or member that has ended.
  mutating func take(_ step: LookStep) async throws(StoreError) -> FileCheckReport? {
    switch step {
    case .batch(let batch):
      try await take(batch)
      return nil
    case .ended(let look):
      let ended = try await finish(look)
      report = FileCheckReport(file: ended.file, layout: ended.layout)
      return ended
    }
  }

  // MARK: Rows

  private mutating func take(_ batch: RecordBatch) async throws(StoreError) {
    let questions = gate.questions(about: batch)
    var known: Set<ParcelOfAccount> = []
    if !questions.isEmpty, let store { known = try await store.known(questions) }
    let gated = gate.admit(batch, known: known)
    let services = Dictionary(
      uniqueKeysWithValues: gated.admitted.map { (Int($0.index), gated.service(of: $0)) })
    let reasons = Dictionary(
      uniqueKeysWithValues: gated.held.map { (Int($0.index), $0.reason) })
    let stored = try await storedEvents(of: batch, services.keys)
    var malformed = batch.malformed[...]
    for (index, record) in batch.records.enumerated() {
      reject(&malformed, before: record.line)
      let wording = Wording(code: batch.text(record.code), label: batch.text(record.label))
      let mapped = meaning(of: wording)
      let fate: CheckedRow.Fate
      if let reason = reasons[index] {
        fate = .held(reason)
      } else if services[index] != nil, record.time.isTooOld(oldest) {
        fate = .expired
      } else if services[index] != nil {
        let parcel = ParcelOfAccount(number: record.parcel, account: batch.account(of: record))
        let identity = EventIdentity(
          parcel, record.time, wording, site: batch.text(record.site))
        fate = self.fate(of: identity, line: record.line, stored)
      } else {
        fate = .skipped
      }
      report.counts.count(fate)
      if mapped.rule == nil { report.counts.unmapped += 1 }
      guard report.rows.count < limit else { continue }
      var content = CheckedRow.Content(
        account: batch.account(of: record), parcel: record.parcel.description, time: record.time)
      (content.code, content.label) = (wording.code, wording.label)
      content.site = batch.text(record.site)
      content.order = batch.text(record.order)
      content.postcode = batch.text(record.postcode)
      content.country = batch.text(record.country)
      content.mapped = mapped
      content.rulePlace = mapped.rule.map { places.place(of: $0) }
      content.service = services[index]
      report.rows.append(CheckedRow(line: record.line, fate: fate, content: content))
    }
    reject(&malformed, before: .max)
  }

  /// Takes the malformed lines that stand before a line.
  private mutating func reject(_ lines: inout ArraySlice<MalformedLine>, before end: Int) {
    while let next = lines.first, next.line < end {
      lines.removeFirst()
      report.add(next, limit)
    }
  }

  /// The events that the store has of the parcels of admitted records.
  private func storedEvents(
    of batch: RecordBatch, _ admitted: some Sequence<Int>
  ) async throws(StoreError) -> [EventIdentity: EventOrigin] {
    guard let store else { return [:] }
    let parcels = Set(
      admitted.map { index in
        let record = batch.records[index]
        return ParcelOfAccount(number: record.parcel, account: batch.account(of: record))
      })
    guard !parcels.isEmpty else { return [:] }
    var events: [EventIdentity: EventOrigin] = [:]
    for parcel in try await store.known(parcels) {
      let timelines = try await store.timelines(
        of: parcel.number, accountID: parcel.account.accountID)
      for timeline in timelines where timeline.account == parcel.account {
        for event in timeline.events { events[EventIdentity(event)] = event.origin }
      }
    }
    return events
  }

  private mutating func fate(
    of event: EventIdentity, line: Int, _ stored: [EventIdentity: EventOrigin]
  ) -> CheckedRow.Fate {
    if let origin = stored[event] { return .stored(file: origin.file, line: origin.line) }
    let hash = event.hashValue
    if let first = lines[hash] { return .repeated(line: first) }
    if lines.count < Self.mostLines { lines[hash] = line }
    return .new
  }

  private mutating func meaning(of wording: Wording) -> MappedMeaning {
    if let known = wordings[wording] { return known }
    let mapped = rules.statusMap.meaning(code: wording.code, label: wording.label)
    if wordings.count == Self.mostWordings { wordings = [:] }
    wordings[wording] = mapped
    return mapped
  }

  // MARK: The file

  /// The report, with what was found beside the rows.
  private mutating func finish(_ look: FileLook) async throws(StoreError) -> FileCheckReport {
    let layout = rules.layout
    report.file = look.path
    if look.rows > 0 || look.failure == nil || !look.header.isEmpty {
      report.columns = layout.columns(under: look.header)
    }
    report.unused = layout.unusedNames(in: look.header)
    report.failure = look.failure?.description
    if let doubt = look.doubt { report.notes.append("\(doubt)") }
    if let pair = layout.account(in: look.sighting?.path ?? look.path) {
      let verdict =
        gate.reason(against: pair).map { "held: \($0.rawValue), so on a server it is not fetched" }
        ?? "admitted"
      report.notes.append("its path names the account \(pair), which is \(verdict)")
    }
    if store == nil {
      report.notes.append("there is no store yet, so nothing is in it already")
    } else if let sighting = look.sighting, sighting.size != nil,
      try await store?.unfinished(among: [sighting]).isEmpty == true
    {
      report.notes.append(
        "the store has read this file already, with this size and time: ingest would pass it over")
    }
    return report
  }
}

extension FileCheckReport {
  fileprivate mutating func add(_ line: MalformedLine, _ limit: Int) {
    counts.count(.rejected(line.reason))
    guard rows.count < limit else { return }
    rows.append(
      CheckedRow(
        line: line.line, fate: .rejected(line.reason), content: nil,
        raw: TextEncoding.auto.decode(line.raw[...])))
  }
}
