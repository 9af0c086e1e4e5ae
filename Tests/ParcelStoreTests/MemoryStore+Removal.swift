import ParcelStore

extension MemoryStore {
  func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64? {
    ledger.last { $0.sighting == sighting }?.file.seenAt
  }

  func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError) {
    for row in ledger.indices where files.contains(ledger[row].file.id) {
      ledger[row].file.seenAt = time
    }
  }

  func wake(at time: Int64) async throws(StoreError) {
    for row in ledger.indices where ledger[row].isFinal {
      guard let due = ledger[row].readAgainAt else { continue }
      if due <= time || ledger[row].file.seenAt ?? 0 > time { ledger[row].isFinal = false }
    }
  }

  func files(at path: String) async throws(StoreError) -> [LedgerFile] {
    var newest: [SourceID: LedgerRow] = [:]
    for row in ledger where Array(row.file.path.utf8) == Array(path.utf8) {
      newest[row.source] = row
    }
    return newest.values.map(shown).sorted { $0.id < $1.id }
  }

  func readAgain(_ file: FileID) async throws(StoreError) -> Bool {
    guard let row = ledger.firstIndex(where: { $0.file.id == file }),
      ledger[row].isFinal || ledger[row].file.state == .failed
    else { return false }
    ledger[row].isFinal = false
    ledger[row].readAgainAt = nil
    ledger[row].readBy = nil
    ledger[row].file.state = .settling
    ledger[row].file.error = "it is read again at the next poll, as somebody asked for it"
    ledger[row].file.postAction = .leave
    ledger[row].file.postActionError = nil
    ledger[row].file.dismissedAt = nil
    ledger[row].file.dismissedBy = nil
    return true
  }

  func readAgain(
    unlessReadBy layout: String, of source: SourceID
  ) async throws(StoreError) -> Int {
    let rows = ledger.indices.filter { row in
      guard ledger[row].source == source else { return false }
      let wasRead = ledger[row].readBy.map { $0 != layout } ?? false
      return wasRead && ledger[row].isFinal && ledger[row].file.canBeDismissed
    }
    for row in rows {
      ledger[row].isFinal = false
      ledger[row].file.postAction = .leave
      ledger[row].file.postActionError = nil
    }
    return rows.count
  }

  func dismiss(
    _ file: FileID, by name: String, at time: Int64
  ) async throws(StoreError) -> Bool {
    guard let row = ledger.firstIndex(where: { $0.file.id == file }),
      ledger[row].file.canBeDismissed
    else { return false }
    ledger[row].isFinal = ledger[row].file.state != .gone
    ledger[row].file.state = .dismissed
    ledger[row].file.dismissedAt = time
    ledger[row].file.dismissedBy = name
    return true
  }

  func notePostActions(_ files: [FileID], error: String?) async throws(StoreError) {
    for row in ledger.indices where files.contains(ledger[row].file.id) {
      ledger[row].file.postActionError = error
    }
  }

  func archives() async throws(StoreError) -> [ArchiveFolder] { archiveFolders }

  func noteArchive(_ folder: ArchiveFolder) async throws(StoreError) {
    if !archiveFolders.contains(folder) { archiveFolders.append(folder) }
  }
}
