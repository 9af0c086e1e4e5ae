import ParcelStore

/// The ledger of files, as long as its process lives.
extension FailingStore {
  func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting] {
    try await write { () async throws(StoreError) in
      try await store.noteSettling(sightings, reason: reason)
    }
  }

  func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile] {
    try await write { () async throws(StoreError) in try await store.noteHeld(files) }
  }

  func noteUnseen(
    _ unseen: UnseenFiles, at time: Int64
  ) async throws(StoreError) -> [LedgerFile] {
    try await write { () async throws(StoreError) in try await store.noteUnseen(unseen, at: time) }
  }

  func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.notePostAction(file, action, error: error)
    }
  }

  func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.noteSeen(files, at: time) }
  }

  func wake(at time: Int64) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.wake(at: time) }
  }

  func readAgain(_ file: FileID) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in try await store.readAgain(file) }
  }

  func readAgain(
    unlessReadBy layout: String, of source: SourceID
  ) async throws(StoreError) -> Int {
    try await write { () async throws(StoreError) in
      try await store.readAgain(unlessReadBy: layout, of: source)
    }
  }

  func dismiss(
    _ file: FileID, by name: String, at time: Int64
  ) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.dismiss(file, by: name, at: time)
    }
  }

  func notePostActions(_ files: [FileID], error: String?) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.notePostActions(files, error: error)
    }
  }

  func noteArchive(_ folder: ArchiveFolder) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.noteArchive(folder) }
  }

  func look(for sightings: [FileSighting]) async throws(StoreError) -> LedgerLook {
    try await store.look(for: sightings)
  }

  func unseen(
    of source: SourceID, besides seen: FileSet
  ) async throws(StoreError) -> UnseenFiles {
    try await store.unseen(of: source, besides: seen)
  }

  func pendingPostActions(of source: SourceID) async throws(StoreError) -> [LedgerFile] {
    try await store.pendingPostActions(of: source)
  }

  func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64? {
    try await store.seenAt(sighting)
  }

  func files(at path: String) async throws(StoreError) -> [LedgerFile] {
    try await store.files(at: path)
  }

  func archives() async throws(StoreError) -> [ArchiveFolder] { try await store.archives() }

  func files(state: FileState?) async throws(StoreError) -> [LedgerFile] {
    try await store.files(state: state)
  }

  func rejects(
    file: String?, source: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?) {
    try await store.rejects(file: file, source: source, after: cursor, limit: limit)
  }
}
