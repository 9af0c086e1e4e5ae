import Carrier
import Contract
import ParcelStore

extension MemoryStore {
  func look(for sightings: [FileSighting]) async throws(StoreError) -> LedgerLook {
    var look = LedgerLook()
    look.unfinished = sightings.filter { sighting in
      !ledger.contains { $0.isFinal && $0.sighting == sighting }
    }
    look.rows = ledger.filter { row in
      sightings.contains { $0.source == row.source && $0.pathBytes == row.sighting.pathBytes }
    }.map(\.file.id)
    return look
  }

  func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting] {
    sightings.filter { sighting in
      let known = unfinishedRow(sighting)
      let row = known ?? addRow(sighting)
      let file = ledger[row].file
      show(sighting, row)
      ledger[row].file.state = .settling
      ledger[row].isFinal = false
      ledger[row].file.dismissedAt = nil
      ledger[row].file.dismissedBy = nil
      ledger[row].file.error = reason
      return known == nil || file.state != .settling || file.error != reason
    }
  }

  func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile] {
    files.filter { held in
      let row = unfinishedRow(held.sighting) ?? addRow(held.sighting)
      let file = ledger[row].file
      show(held.sighting, row)
      ledger[row].file.state = .held
      ledger[row].isFinal = false
      ledger[row].file.dismissedAt = nil
      ledger[row].file.dismissedBy = nil
      ledger[row].file.error = held.note
      return file.state != .held || file.error != held.note
    }
  }

  func known(
    _ parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> Set<ParcelOfAccount> {
    parcels.filter { parcelIndex[ParcelKey(number: $0.number, account: $0.account)] != nil }
  }

  func pendingPostActions(of source: SourceID) async throws(StoreError) -> [LedgerFile] {
    ledger.filter { $0.source == source }.map(shown).filter(\.postAction.isPending).sorted {
      ($0.ingestedAt ?? .min, $0.id) < ($1.ingestedAt ?? .min, $1.id)
    }
  }

  func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError) {
    guard let row = ledger.firstIndex(where: { $0.file.id == file }) else { return }
    ledger[row].file.postAction = action
    ledger[row].file.postActionError = error
  }

  func files(state: FileState?) async throws(StoreError) -> [LedgerFile] {
    ledger.map { row in
      var file = shown(row)
      // While a reading is done again, what it brought before is subtracted from the repeats.
      file.counts.eventsNew += min(0, file.counts.eventsRepeated)
      file.counts.eventsRepeated = max(0, file.counts.eventsRepeated)
      return file
    }.filter { state == nil || $0.state == state }
  }

  /// The index in the ledger of a file that is being read.
  func ledgerRow(of part: FilePart) -> Int {
    if case .held(let origin, _) = part.origin {
      return ledger.firstIndex { $0.file.id == origin.file } ?? 0
    }
    let known = unfinishedRow(part.file)
    if let known, !part.isFirst { return known }
    let row = known ?? addRow(part.file)
    if case .reading(_, let header) = part.origin { ledger[row].header = header }
    show(part.file, row)
    ledger[row].file.state = .ingesting
    ledger[row].isFinal = false
    ledger[row].file.error = nil
    let broughtBefore = ledger[row].file.counts.eventsNew
    ledger[row].file.counts = FileCounts()
    ledger[row].file.counts.eventsNew = broughtBefore
    ledger[row].file.counts.eventsRepeated = -broughtBefore
    let id = ledger[row].file.id
    rejectedLines = rejectedLines.filter { $0.key.file != id }
    skippedRows[id] = nil
    staleLines.formUnion(heldRows.keys.filter { $0.file == id })
    return row
  }

  func finish(_ row: Int, _ end: FileEnd, _ layout: String?, _ receivedAt: Int64) {
    ledger[row].isFinal = end.isFinal
    ledger[row].file.state = end.state
    ledger[row].file.sha256 = end.sha256
    ledger[row].file.error = end.error
    ledger[row].file.ingestedAt = end.state == .ingested ? receivedAt : nil
    ledger[row].file.postAction = end.postAction
    ledger[row].file.postActionError = nil
    ledger[row].file.dismissedAt = nil
    ledger[row].file.dismissedBy = nil
    isThere(row)
    let seenAt = min(ledger[row].file.seenAt ?? receivedAt, receivedAt)
    ledger[row].file.seenAt = seenAt
    ledger[row].readAgainAt = end.readAgainAfter.map { seenAt + $0 }
    ledger[row].readBy = end.isFinal && ledger[row].file.canBeDismissed ? layout : nil
    guard end.state == .ingested else { return }
    let id = ledger[row].file.id
    replaceFormerSkipped(row)
    for line in staleLines where line.file == id {
      heldRows[line] = nil
      staleLines.remove(line)
    }
  }

  private func unfinishedRow(_ sighting: FileSighting) -> Int? {
    ledger.lastIndex {
      $0.source == sighting.source && $0.sighting.pathBytes == sighting.pathBytes
        && (!$0.isFinal || $0.file.state == .settling)
        && ($0.readBy == nil && ($0.file.goneAt == nil || $0.file.ingestedAt == nil)
          || $0.sighting == sighting)
    }
  }

  /// A file looks like this now.
  private func show(_ sighting: FileSighting, _ row: Int) {
    if ledger[row].sighting != sighting || ledger[row].file.goneAt != nil {
      ledger[row].file.seenAt = nil
    }
    isThere(row)
    ledger[row].file.size = sighting.size
    ledger[row].file.mtime = sighting.mtime
    ledger[row].readAgainAt = nil
    ledger[row].readBy = nil
  }

  private func addRow(_ sighting: FileSighting) -> Int {
    var file = LedgerFile(
      id: FileID(rawValue: Int64(ledger.count + 1)), path: sighting.path, state: .ingesting)
    file.size = sighting.size
    file.mtime = sighting.mtime
    ledger.append(LedgerRow(file: file, source: sighting.source))
    return ledger.count - 1
  }
}

extension MemoryStore.LedgerRow {
  var sighting: FileSighting {
    FileSighting(source: source, path: file.path, size: file.size, mtime: file.mtime)
  }
}
