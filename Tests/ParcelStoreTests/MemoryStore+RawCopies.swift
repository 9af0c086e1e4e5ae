import ParcelStore

extension MemoryStore {
  /// A copy and its bytes.
  struct KeptCopy {
    var copy: RawCopy
    var pieces: [RawPiece] = []
    /// They wait to take the place of `pieces`.
    var staged: [RawPiece] = []
  }

  /// Adds what a part brings; a reading that begins drops what was kept, unless lines were taken out of it.
  func keepRaw(_ part: FilePart, _ row: Int, _ receivedAt: Int64) {
    let file = ledger[row].file.id
    if part.isFirst {
      ledger[row].file.isArchive = part.layout == LedgerFile.archiveLayout
      ledger[row].file.layout = part.layout
    }
    if part.isFirst, copies[file]?.copy.redactedAt == nil { copies[file] = nil }
    guard let raw = part.raw else { return }
    var kept = copies[file] ?? KeptCopy(copy: RawCopy(file: file, keptAt: receivedAt))
    guard kept.copy.redactedAt == nil, kept.copy.removedAt == nil else { return }
    kept.pieces += raw.pieces
    kept.copy.sha256 = raw.sha256 ?? kept.copy.sha256
    kept.count()
    copies[file] = kept
  }

  func rawCopy(of file: FileID) async throws(StoreError) -> RawCopy? { copies[file]?.copy }

  func rawHolder(of file: FileID) async throws(StoreError) -> RawHolder? {
    if copies[file] != nil { return RawHolder(file: file, member: nil) }
    guard let row = ledger.first(where: { $0.file.id == file }) else { return nil }
    let archive = ledger.last(where: {
      copies[$0.file.id] != nil && $0.file.isArchive && $0.source == row.source
        && $0.file.mtime == row.file.mtime
        && row.sighting.pathBytes.starts(with: Array("\($0.file.path)!".utf8))
    })
    return archive.map {
      RawHolder(
        file: $0.file.id,
        member: String(
          decoding: row.sighting.pathBytes.dropFirst($0.file.path.utf8.count + 1), as: UTF8.self))
    }
  }

  func rawCopies(before file: FileID?, limit: Int) async throws(StoreError) -> [CopyOfFile] {
    let kept = copies.values.map(\.copy)
      .filter {
        ($0.removedAt == nil || $0.pieces > 0) && $0.file.rawValue < file?.rawValue ?? .max
      }
      .sorted { $0.file > $1.file }.prefix(limit)
    return kept.compactMap { copy in
      ledger.first { $0.file.id == copy.file }.map {
        CopyOfFile(copy, path: $0.file.path, layout: $0.file.layout)
      }
    }
  }

  func rawPieces(
    of copy: RawCopy, from number: Int, limit: Int
  ) async throws(StoreError) -> [RawPiece] {
    guard let kept = copies[copy.file], kept.copy == copy else { return [] }
    return Array(kept.pieces.dropFirst(number).prefix(limit))
  }

  func rawCopies(keptBefore time: Int64?) async throws(StoreError) -> RawCopyTotal {
    copies.values.filter { $0.copy.pieces > 0 && $0.copy.keptAt < time ?? .max }
      .reduce(into: RawCopyTotal()) {
        $0 += RawCopyTotal(copies: 1, packed: $1.copy.packed)
      }
  }

  func removeRawCopies(
    keptBefore time: Int64, at now: Int64, limit: Int
  ) async throws(StoreError) -> RawCopyTotal? {
    let old = copies.values.filter { $0.copy.pieces > 0 && $0.copy.keptAt < time }
      .sorted { ($0.copy.keptAt, $0.copy.file) < ($1.copy.keptAt, $1.copy.file) }
    guard !old.isEmpty else { return nil }
    var total = RawCopyTotal()
    var room = limit
    for var kept in old where room > 0 {
      let count = min(room, kept.pieces.count)
      room -= count
      total.packed += kept.pieces.suffix(count).reduce(0) { $0 + Int64($1.packed.count) }
      kept.pieces.removeLast(count)
      kept.copy.pieces = kept.pieces.count
      kept.copy.packed = kept.pieces.reduce(0) { $0 + Int64($1.packed.count) }
      kept.copy.removedAt = kept.copy.removedAt ?? now
      if kept.pieces.isEmpty { total.copies += 1 }
      copies[kept.copy.file] = kept
    }
    return total
  }

  func removeRawCopy(of file: FileID, at now: Int64) async throws(StoreError) -> Bool {
    guard let copy = copies[file]?.copy, copy.removedAt == nil || copy.pieces > 0 else {
      return false
    }
    copies[file]?.pieces = []
    copies[file]?.staged = []
    copies[file]?.copy.pieces = 0
    copies[file]?.copy.packed = 0
    copies[file]?.copy.removedAt = copy.removedAt ?? now
    return true
  }

  func stageRawPieces(_ pieces: [RawPiece], for copy: RawCopy) async throws(StoreError) {
    guard copies[copy.file]?.copy == copy else { return }
    if pieces.first?.number == 0 { copies[copy.file]?.staged = [] }
    copies[copy.file]?.staged += pieces
  }

  func redact(
    _ copy: RawCopy, to sum: RedactedSum, at now: Int64
  ) async throws(StoreError) -> Bool {
    guard var kept = copies[copy.file], kept.copy == copy, kept.staged.count == sum.pieces,
      kept.staged.reduce(0, { $0 + Int64($1.size) }) == sum.size
    else { return false }
    kept.pieces = kept.staged
    kept.staged = []
    kept.copy.redactedSHA256 = sum.sha256
    kept.copy.redactedAt = now
    kept.count()
    copies[copy.file] = kept
    return true
  }
}

extension MemoryStore.KeptCopy {
  fileprivate mutating func count() {
    copy.pieces = pieces.count
    copy.size = pieces.reduce(0) { $0 + Int64($1.size) }
    copy.packed = pieces.reduce(0) { $0 + Int64($1.packed.count) }
  }
}
