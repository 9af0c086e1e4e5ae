import Carrier
import Contract
import ParcelStore
import Status
import TrackingFile

/// A store in plain collections: slow, but it is easy to see that it is right. SQLite's tables must
/// give the same answers.
actor MemoryStore: EventStore {
  /// Texts are bytes here: Swift's strings are equal when they look the same, though the carrier
  /// may have written different bytes.
  typealias Text = [UInt8]

  struct ParcelKey: Hashable {
    var number: ParcelNumber
    var account: AccountPair
  }

  struct Parcel {
    var key: ParcelKey
    var details = ParcelDetails()
  }

  struct EventKey: Hashable {
    var parcel: ParcelKey
    var seconds: Int64
    var grain: UInt8
    var code: Text?
    /// Only where there is no code.
    var label: Text?
    var site: Text?
  }

  struct LedgerRow {
    var file: LedgerFile
    var source = SourceID.local
    var isFinal = false
    var header: [UInt8] = []
    var readAgainAt: Int64?
    /// The layout that could read little or nothing of it.
    var readBy: String?
    /// Whether a listing should show it.
    var isAwaited = true
    /// Whether the last listing did not.
    var isMissing = false
  }

  struct LineKey: Hashable {
    var file: FileID
    var line: Int
  }

  struct HeldRow {
    var account: AccountPair
    var receivedAt: Int64
    var raw: [UInt8]
    var reading: RowReading?
  }

  /// A look for known parcels among held rows.
  struct HeldLook {
    var isWhole = false
    /// The first file with rows that were held since.
    var fromFile: FileID?
  }

  struct FeedKey: Hashable {
    var service: ServiceReference
    var account: AccountPair
  }

  var parcels: [Parcel] = []
  var parcelIndex: [ParcelKey: Int] = [:]
  /// In the order of `seq`.
  var events: [StoredEvent] = []
  var corrections: [StatusCorrection] = []
  var erasures: [Erasure] = []
  /// The `seq` of erasures that are not finished.
  var openErasures: Set<Int64> = []
  var erasedLineNumbers: [FileID: Set<Int>] = [:]
  /// How many events and corrections were deleted.
  var removedEntries: Int64 = 0
  var mapRow: MapRow?
  var eventKeys: Set<EventKey> = []
  /// The file of ID n is at n - 1.
  var ledger: [LedgerRow] = []
  var heldRows: [LineKey: HeldRow] = [:]
  var archiveFolders: [ArchiveFolder] = []
  /// Held by a reading that broke off, and not held again so far.
  var staleLines: Set<LineKey> = []
  var rejectedLines: [LineKey: RejectedLine] = [:]
  /// The accounts of skipped rows that are counted by themselves, in the order in which they came.
  var skippedAccounts: [AccountPair] = []
  /// By file and account; nil: all others.
  var skippedRows: [FileID: [AccountPair?: Int]] = [:]
  var skippedTimes: [AccountPair?: ClosedRange<Int64>] = [:]
  var heldLooks: [AccountPair: HeldLook] = [:]
  var wordings: [KnownWording] = []
  var wordingIndex: [WordingKey: Int] = [:]
  /// Why rows of an account pair were held last.
  var holdReasons: [AccountPair: HoldReason] = [:]
  var feedTimes: [FeedKey: (first: Int64, last: Int64)] = [:]
  var feedDays: [ServiceReference: [CalendarDay: Int64]] = [:]
  var namedSince: [FeedKey: Int64] = [:]
  var firstNamedAt: [FeedKey: Int64] = [:]
  var namedUntil: [FeedKey: Int64] = [:]
  var contractChanges: [ContractChange] = []
  var notes: [String: String] = [:]
  var copies: [FileID: KeptCopy] = [:]
  var endpointRows: [String: EndpointRecord] = [:]
  /// By endpoint and `seq`.
  var openRows: [String: [Int64: OpenDelivery]] = [:]
  var sourceRows: [SourceRegistration.Row] = []
  var knownSources: [SourceID: KnownSource] = [:]
  let id = Incarnation.random()

  func commit(
    _ group: CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport {
    var report = CommitReport()
    for part in group.parts {
      let row = ledgerRow(of: part)
      keepRaw(part, row, receivedAt)
      var counts = FileCounts()
      var origin: HeldOrigin?
      var lines: [KeptRow] = []
      if case .held(let held, let heldLines) = part.origin { (origin, lines) = (held, heldLines) }
      /// Of rows from a reading that broke off.
      var stale = FileCounts()
      for batch in part.batches {
        let (batch, linesOfStale) =
          origin == nil ? (batch, []) : release(batch, lines, row)
        if origin != nil {
          for line in batch.expired { counts.skipped += expire(line, lines, row) }
          if batch.events.isEmpty { continue }
        }
        let cameAt = origin?.receivedAt ?? receivedAt
        for feed in batch.accounts {
          let key = FeedKey(service: feed.service, account: feed.account)
          feedTimes[key] = (
            min(feedTimes[key]?.first ?? cameAt, cameAt),
            max(feedTimes[key]?.last ?? cameAt, cameAt)
          )
          let day = CalendarDay(at: cameAt)
          let first = feedDays[feed.service]?[day] ?? cameAt
          feedDays[feed.service, default: [:]][day] = min(first, cameAt)
        }
        for event in batch.events {
          let isNew = append(
            event, of: batch, shown(ledger[row]), cameAt, &report.newUnmapped)
          var one = FileCounts()
          if isNew { one.eventsNew = 1 } else { one.eventsRepeated = 1 }
          if linesOfStale.contains(event.line) { stale += one } else { counts += one }
        }
        if origin == nil {
          counts.rows += batch.rows
          counts.skipped += batch.expired.count
          for skipped in batch.skipped {
            counts.skipped += skipped.rows
            skip(skipped, ledger[row].file.id, receivedAt)
          }
          keepUnread(batch, part.reading(of: batch), row, receivedAt, &counts)
        }
      }
      if origin != nil {
        ledger[row].file.counts.held -=
          counts.eventsNew + counts.eventsRepeated + counts.skipped
        ledger[row].file.counts.skipped += counts.skipped
        ledger[row].file.counts.eventsNew += counts.eventsNew + stale.eventsNew
        ledger[row].file.counts.eventsRepeated += counts.eventsRepeated - stale.eventsNew
        counts += stale
        counts.released = counts.eventsNew + counts.eventsRepeated
      } else {
        ledger[row].file.counts += counts
      }
      report.counts.append(counts)
      if let end = part.end { finish(row, end, part.written, receivedAt) }
    }
    report.lastSeq = sequence
    return report
  }

  /// - Returns: whether it is an event that was not there.
  private func append(
    _ event: EventBatch.Event, of batch: EventBatch, _ file: LedgerFile, _ receivedAt: Int64,
    _ newUnmapped: inout [Wording]
  ) -> Bool {
    let account = batch.accounts[Int(event.account)].account
    let parcel = ParcelKey(number: event.parcel, account: account)
    let index = parcelIndex[parcel] ?? parcels.count
    if index == parcels.count {
      parcels.append(Parcel(key: parcel))
      heldLooks[account] = nil
      parcelIndex[parcel] = index
    }
    let attributes = batch.texts.withUnsafeBytes { ParcelAttributes(at: event.attributes, in: $0) }
    if hides(parcel, event.time, receivedAt) {
      erasedLineNumbers[file.id, default: []].insert(Int(event.line))
    } else {
      parcels[index].details.order = batch.text(attributes.order) ?? parcels[index].details.order
      parcels[index].details.postcode =
        batch.text(attributes.postcode) ?? parcels[index].details.postcode
      parcels[index].details.country =
        batch.text(attributes.country) ?? parcels[index].details.country
    }

    let wording = batch.wording(batch.wordings[Int(event.wording)])
    let known = knownWording(wording, batch.meanings[Int(event.wording)], by: batch.mapVersion)
    let site = batch.text(batch.sites[Int(event.site)])
    let key = EventKey(
      parcel: parcel, seconds: event.seconds, grain: event.precision.grain,
      code: wording.foldedCode.map { Array($0.utf8) },
      label: wording.code == nil ? wording.label.map { Array($0.utf8) } : nil,
      site: site.map { Array($0.utf8) })
    guard eventKeys.insert(key).inserted else { return false }
    if wordings[known].meaning.status == .unmapped, !isKnownUnmapped(wording) {
      newUnmapped.append(wording)
    }
    wordings[known].events += 1
    let before = timeline(of: parcels[index])
    let status = wordings[known].meaning.status
    var new = StoredEvent(
      seq: sequence + 1,
      parcel: ParcelOfAccount(number: event.parcel, account: account), time: event.time,
      wording: wording,
      origin: EventOrigin(
        source: file.source, file: file.path, line: Int(event.line), receivedAt: receivedAt))
    new.timeText = event.isAmbiguous ? batch.ambiguousTimes[event.line] : nil
    new.meaning = wordings[known].meaning
    new.site = site
    events.append(new)
    let after = timeline(of: parcels[index])
    events[events.count - 1].effect = StatusEffect(
      changesStatus: before.current?.meaning.status != after.current?.meaning.status,
      isFirstOfStatus: !before.events.contains { $0.meaning.status == status })
    return true
  }

  private func keepUnread(
    _ batch: EventBatch, _ reading: RowReading?, _ row: Int, _ receivedAt: Int64,
    _ counts: inout FileCounts
  ) {
    let file = ledger[row].file
    let source = ledger[row].source
    let former = ledger.filter {
      $0.source == source && $0.sighting.pathBytes == Array(file.path.utf8)
        && $0.file.id != file.id
    }.map(\.file.id)
    for var held in batch.held {
      let key = LineKey(file: file.id, line: held.line)
      if hides(ParcelKey(number: held.parcel, account: held.account), held.time, receivedAt) {
        erasedLineNumbers[file.id, default: []].insert(held.line)
        guard let text = RowErasure(reading)?.text(of: held.raw) else {
          counts.skipped += 1
          continue
        }
        held.raw = text
      }
      holdReasons[held.account] = held.reason
      let isRepeat = former.contains { former in
        let other = heldRows[LineKey(file: former, line: held.line)]
        return other?.account == held.account && other?.raw == held.raw
          && (other?.reading == nil || other?.reading == reading)
      }
      if isRepeat {
        counts.eventsRepeated += 1
        continue
      }
      let before = heldRows[key].flatMap { $0.raw == held.raw ? $0.receivedAt : nil }
      staleLines.remove(key)
      heldRows[key] = HeldRow(
        account: held.account, receivedAt: before ?? receivedAt, raw: held.raw, reading: reading)
      counts.held += 1
      if let look = heldLooks[held.account] {
        heldLooks[held.account]?.fromFile = min(look.fromFile ?? file.id, file.id)
      }
    }
    for var line in batch.rejected {
      if Self.mayBe(ErasedNumbers(erasures.map(\.number)), in: line.raw) {
        erasedLineNumbers[file.id, default: []].insert(line.line)
        line.raw = []
      }
      for other in former.map({ LineKey(file: $0, line: line.line) })
      where rejectedLines[other]?.raw == line.raw { rejectedLines[other] = nil }
      rejectedLines[LineKey(file: file.id, line: line.line)] = RejectedLine(
        source: shown(ledger[row]).source, file: file.path, line: line.line, reason: line.reason,
        raw: line.raw)
    }
    counts.rejected += batch.rejected.count
  }

  /// Takes a row out that is older than events are kept.
  /// - Returns: how many rows of its file count as skipped by that.
  private func expire(_ number: UInt32, _ lines: [KeptRow], _ row: Int) -> Int {
    let key = LineKey(file: ledger[row].file.id, line: Int(number))
    let line = lines.first { $0.line == Int(number) }
    guard let line, let held = heldRows[key], held.raw == line.raw else { return 0 }
    heldRows[key] = nil
    return staleLines.remove(key) == nil ? 1 : 0
  }

  /// Takes rows out that are still held as they were read.
  /// - Returns: the batch with only these, and those of them that are from a reading which broke off.
  private func release(
    _ batch: EventBatch, _ lines: [KeptRow], _ row: Int
  ) -> (batch: EventBatch, stale: Set<UInt32>) {
    var stale: Set<UInt32> = []
    let events = batch.events.filter { event in
      let key = LineKey(file: ledger[row].file.id, line: Int(event.line))
      let line = lines.first { $0.line == Int(event.line) }
      guard let line, let held = heldRows[key], held.raw == line.raw else { return false }
      heldRows[key] = nil
      if staleLines.remove(key) != nil { stale.insert(event.line) }
      return true
    }
    return (batch.with(events), stale)
  }
}
