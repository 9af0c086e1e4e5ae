import ParcelStore

/// Raw copies, as long as its process lives.
extension FailingStore {
  func rawCopy(of file: FileID) async throws(StoreError) -> RawCopy? {
    try await store.rawCopy(of: file)
  }

  func rawHolder(of file: FileID) async throws(StoreError) -> RawHolder? {
    try await store.rawHolder(of: file)
  }

  func rawCopies(before file: FileID?, limit: Int) async throws(StoreError) -> [CopyOfFile] {
    try await store.rawCopies(before: file, limit: limit)
  }

  func rawPieces(
    of copy: RawCopy, from number: Int, limit: Int
  ) async throws(StoreError) -> [RawPiece] {
    try await store.rawPieces(of: copy, from: number, limit: limit)
  }

  func rawCopies(keptBefore time: Int64?) async throws(StoreError) -> RawCopyTotal {
    try await store.rawCopies(keptBefore: time)
  }

  func removeRawCopies(
    keptBefore time: Int64, at now: Int64, limit: Int
  ) async throws(StoreError) -> RawCopyTotal? {
    try await write { () async throws(StoreError) in
      try await store.removeRawCopies(keptBefore: time, at: now, limit: limit)
    }
  }

  func removeRawCopy(of file: FileID, at now: Int64) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.removeRawCopy(of: file, at: now)
    }
  }

  func stageRawPieces(_ pieces: [RawPiece], for copy: RawCopy) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.stageRawPieces(pieces, for: copy)
    }
  }

  func redact(
    _ copy: RawCopy, to sum: RedactedSum, at now: Int64
  ) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.redact(copy, to: sum, at: now)
    }
  }
}
