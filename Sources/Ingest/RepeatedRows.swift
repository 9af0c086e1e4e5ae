import Archive
import Carrier
import ParcelStore
import SFTP
import TrackingFile

/// Looks in the copies of files for further rows that brought events of one parcel again. The store counts such rows,
/// and does not keep where they stand.
public struct RepeatedRows: Sendable {
  private let store: any StoreReader
  private let layouts: [Layout]
  private let longest: Duration

  /// How many copies are listed at once.
  private static let page = 64

  /// - Parameters:
  ///   - layouts: those by which files are read.
  ///   - longest: after that time the search is cut off.
  public init(
    _ store: any StoreReader, layouts: [Layout], longest: Duration = .seconds(2)
  ) {
    self.store = store
    self.layouts = layouts
    self.longest = longest
  }

  /// Looks through the copies, that of the newest file first. A row of the event's own file is none that brought it
  /// again.
  /// - Parameter events: all of one parcel.
  /// - Returns: nil if no copies are kept.
  public func find(_ events: [StoredEvent]) async throws -> EventRepeats? {
    guard let parcel = events.first.map({ ParcelOfAccount(number: $0.parcel, account: $0.account) })
    else { return nil }
    var found = EventRepeats()
    found.copies = try await store.rawCopies(keptBefore: nil).copies
    if found.copies == 0 { return nil }
    var search = EventSearch(parcel, events, end: ContinuousClock.now + longest)
    var last: FileID?
    copies: while true {
      let page = try await store.rawCopies(before: last, limit: Self.page)
      if page.isEmpty { break }
      for kept in page {
        last = kept.copy.file
        guard kept.copy.removedAt == nil, kept.copy.pieces > 0 else { continue }
        let isRead = search.isOver ? nil : try await look(through: kept, &search)
        guard let isRead else {
          found.isCutOff = true
          break copies
        }
        found.searched += 1
        if !isRead { found.unreadable += 1 }
      }
    }
    found.places = search.places
    return found
  }

  /// - Returns: false when not all of it could be read; nil when the time was over first.
  private func look(
    through kept: CopyOfFile, _ search: inout EventSearch
  ) async throws -> Bool? {
    do {
      let bytes = KeptFile(kept.copy, at: kept.path, store)
      if kept.layout != LedgerFile.archiveLayout {
        return try await look(through: CopyText(bytes), of: kept.path, kept.layout, &search)
      }
      var isRead = true
      let members = ArchiveMembers(bytes)
      while let member = try await members.nextMember() {
        let path = "\(kept.path)!\(printable(member.name))"
        let layout = try await store.files(at: path).last?.layout
        // Members that were passed over have no row in the ledger.
        guard let layout else { continue }
        let text = CopyText(members)
        guard let isMemberRead = try await look(through: text, of: path, layout, &search) else {
          return nil
        }
        if !isMemberRead { isRead = false }
      }
      return isRead
    } catch is FileFailure {
      return false
    } catch is RawFileFault {
      // It was removed meanwhile, or is damaged.
      return false
    }
  }

  private func look(
    through text: CopyText, of path: String, _ name: String?, _ search: inout EventSearch
  ) async throws -> Bool? {
    guard let layout = layouts.first(where: { $0.name == name }) else { return false }
    let parsed = ParsedText(layout, path: path)
    while !parsed.hasFailed, let bytes = try await text.next() {
      try Task.checkCancellation()
      if search.isOver { return nil }
      parsed.add(bytes) { search.look(at: $0, of: path) }
    }
    parsed.finish { search.look(at: $0, of: path) }
    return !parsed.hasFailed
  }
}

/// Compares rows with the events of a parcel.
private struct EventSearch {
  private let parcel: ParcelOfAccount
  /// By what makes two rows the same event.
  private var events: [EventIdentity: StoredEvent] = [:]
  private let end: ContinuousClock.Instant
  private(set) var places: [Int64: [EventRepeats.Place]] = [:]

  init(_ parcel: ParcelOfAccount, _ events: [StoredEvent], end: ContinuousClock.Instant) {
    self.parcel = parcel
    self.end = end
    for event in events { self.events[EventIdentity(event)] = event }
  }

  /// Whether the time is over.
  var isOver: Bool { ContinuousClock.now >= end }

  mutating func look(at batch: RecordBatch, of path: String) {
    for record in batch.records where record.parcel == parcel.number {
      guard batch.account(of: record) == parcel.account else { continue }
      let wording = Wording(code: batch.text(record.code), label: batch.text(record.label))
      let identity = EventIdentity(parcel, record.time, wording, site: batch.text(record.site))
      guard let event = events[identity], !event.origin.file.utf8.elementsEqual(path.utf8) else {
        continue
      }
      places[event.seq, default: []].append(EventRepeats.Place(file: path, line: record.line))
    }
  }
}
