import ParcelStore

extension MemoryStore {
  func unseen(
    of source: SourceID, besides seen: FileSet
  ) async throws(StoreError) -> UnseenFiles {
    var unseen = UnseenFiles()
    for (index, row) in ledger.enumerated() where row.source == source && row.isAwaited {
      let file = row.file
      if seen.contains(file.id) {
        if row.isMissing { unseen.returned.append(file.id) }
        continue
      }
      if file.postAction.isPending { continue }
      let isFormer = ledger[(index + 1)...].contains {
        $0.source == source && $0.sighting.pathBytes == row.sighting.pathBytes
      }
      if [.gone, .dismissed].contains(file.state) || file.postAction != .leave || isFormer
        || isMember(row)
      {
        unseen.settled.append(file.id)
      } else {
        unseen.missing.append(
          UnseenFiles.File(id: file.id, path: file.path, wasMissing: row.isMissing))
      }
    }
    return unseen
  }

  private func isMember(_ row: LedgerRow) -> Bool {
    ledger.contains {
      $0.source == row.source && $0.file.isArchive
        && row.file.path.utf8.starts(with: Array("\($0.file.path)!".utf8))
    }
  }

  func noteUnseen(
    _ unseen: UnseenFiles, at time: Int64
  ) async throws(StoreError) -> [LedgerFile] {
    for row in ledger.indices {
      let id = ledger[row].file.id
      if unseen.returned.contains(id) { ledger[row].isMissing = false }
      if unseen.settled.contains(id) {
        ledger[row].isAwaited = false
        ledger[row].isMissing = false
      }
    }
    var lost: [LedgerFile] = []
    for missing in unseen.missing {
      guard let row = ledger.firstIndex(where: { $0.file.id == missing.id }),
        ledger[row].isAwaited, ledger[row].file.state != .dismissed,
        ledger[row].file.postAction == .leave
      else { continue }
      guard missing.wasMissing, ledger[row].isMissing else {
        ledger[row].isMissing = true
        continue
      }
      ledger[row].file.error = ledger[row].file.errorOnceGone
      ledger[row].file.state = .gone
      ledger[row].file.goneAt = time
      ledger[row].isFinal = false
      ledger[row].isAwaited = false
      ledger[row].readAgainAt = nil
      ledger[row].readBy = nil
      if ledger[row].file.isLost { lost.append(shown(ledger[row])) }
    }
    return lost
  }

  /// A file is seen.
  func isThere(_ row: Int) {
    ledger[row].isAwaited = true
    ledger[row].isMissing = false
    ledger[row].file.goneAt = nil
  }
}
