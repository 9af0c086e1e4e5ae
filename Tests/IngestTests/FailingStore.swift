import Carrier
import Contract
import ParcelStore
import Status
import Synchronization

/// A store whose process dies: it hands everything on to another one until a write at which it fails,
/// and does nothing more from then on.
final class FailingStore: EventStore {
  enum Death: CaseIterable, Sendable {
    /// Nothing of the write is done.
    case before
    /// The write is done, but nobody is told.
    case after
  }

  private struct State {
    /// Writes to go until the one that fails; nil: none does.
    var writes: Int?
    var death: Death
    var isDead = false
    var heldRowsRead = 0
    var parcelQuestions = 0
  }

  /// How many parcels one step of a remap looks at: few, so that a small store takes many steps.
  private let mostParcels = 2
  private let store: any EventStore
  private let state: Mutex<State>
  /// Called once the accounts of held rows were asked for.
  let onHeldAccounts: @Sendable () -> Void

  init(
    _ store: any EventStore, after writes: Int? = nil, _ death: Death = .before,
    onHeldAccounts: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    state = Mutex(State(writes: writes, death: death))
    self.onHeldAccounts = onHeldAccounts
  }

  /// How many held rows were read.
  var heldRowsRead: Int { state.withLock { $0.heldRowsRead } }

  /// How often it was asked which parcels are known.
  var parcelQuestions: Int { state.withLock { $0.parcelQuestions } }

  var isDead: Bool { state.withLock { $0.isDead } }

  private static let gone = StoreError(
    .failed, operation: "write", store: "test", reason: "the process is gone",
    advice: "start it again")

  private func write<T>(
    _ body: () async throws(StoreError) -> T
  ) async throws(StoreError) -> T {
    let (isFirstDead, isDead) = state.withLock { state in
      guard !state.isDead else { return (false, true) }
      guard let writes = state.writes else { return (false, false) }
      state.writes = writes - 1
      guard writes == 0 else { return (false, false) }
      state.isDead = true
      return (state.death == .after, true)
    }
    guard !isDead || isFirstDead else { throw Self.gone }
    let result = try await body()
    if isDead { throw Self.gone }
    return result
  }

  // MARK: Writes

  /// Commits part by part: any run of parts is a group.
  func commit(
    _ group: consuming CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport {
    var report = CommitReport()
    for part in group.parts {
      let next = try await write { () async throws(StoreError) in
        var single = CommitGroup()
        single.parts = [part]
        return try await store.commit(single, receivedAt: receivedAt)
      }
      report.counts += next.counts
      report.newUnmapped += next.newUnmapped
      report.lastSeq = next.lastSeq
    }
    return report
  }

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

  func setNotes(_ notes: [String: String?]) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.setNotes(notes) }
  }

  func settle() async { await store.settle() }

  func incarnation() async throws(StoreError) -> Incarnation { try await store.incarnation() }

  func check(
    _ depth: StoreCheck.Depth, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) -> StoreCheck {
    try await store.check(depth, onProgress: onProgress)
  }

  func copy(
    to target: String, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) {
    try await store.copy(to: target, onProgress: onProgress)
  }

  func setReason(_ reason: HoldReason, for account: AccountPair) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.setReason(reason, for: account)
    }
  }

  func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor? {
    try await write { () async throws(StoreError) in try await store.beginLook(at: account) }
  }

  func endLook(at account: AccountPair) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.endLook(at: account) }
  }

  func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int {
    try await write { () async throws(StoreError) in try await store.discardHeld(selection) }
  }

  func record(_ notes: FeedNotes) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.record(notes) }
  }

  func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange]) {
    try await write { () async throws(StoreError) in try await store.register(sources) }
  }

  func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.notePoll(of: source, outcome, at: time, next: next)
    }
  }

  func putInForce(_ change: MapChange, at instant: Int64) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.putInForce(change, at: instant)
    }
  }

  func remapParcels(
    limit: Int, at instant: Int64
  ) async throws(StoreError) -> RemapStep? {
    try await write { () async throws(StoreError) in
      try await store.remapParcels(limit: min(limit, mostParcels), at: instant)
    }
  }

  func prune(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    try await write { () async throws(StoreError) in
      try await store.prune(before: oldest, after: done, limit: min(limit, mostParcels))
    }
  }

  func giveSpaceBack() async throws(StoreError) -> Int {
    try await write { () async throws(StoreError) in try await store.giveSpaceBack() }
  }

  func erase(
    _ number: ParcelNumber, of account: AccountPair?, at instant: Int64
  ) async throws(StoreError) -> Erasure {
    try await write { () async throws(StoreError) in
      try await store.erase(number, of: account, at: instant)
    }
  }

  func eraseLines(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(StoreError) -> ErasureStep? {
    try await write { () async throws(StoreError) in
      try await store.eraseLines(of: erasure, after: cursor, limit: min(limit, mostParcels))
    }
  }

  func finish(_ erasure: Erasure) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.finish(erasure) }
  }

  func forget(_ lines: ErasedLines) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.forget(lines) }
  }

  func rewriteErased() async throws(StoreError) -> RewriteOutcome {
    try await write { () async throws(StoreError) in try await store.rewriteErased() }
  }

  // MARK: Reads

  func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure] {
    try await store.erasures(in: range, limit: limit)
  }

  func unfinishedErasures() async throws(StoreError) -> [Erasure] {
    try await store.unfinishedErasures()
  }

  func erasedLines(after file: FileID?) async throws(StoreError) -> ErasedLines? {
    try await store.erasedLines(after: file)
  }

  func erasureDebt() async throws(StoreError) -> ErasureDebt { try await store.erasureDebt() }

  func prunable(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    try await store.prunable(before: oldest, after: done, limit: limit)
  }

  func heldRows(before instant: Int64) async throws(StoreError) -> Int {
    try await store.heldRows(before: instant)
  }

  func freeSpace() async throws(StoreError) -> Int { try await store.freeSpace() }

  func mapInForce() async throws(StoreError) -> MapInForce? { try await store.mapInForce() }

  func storedWordings(
    after number: Int64, limit: Int
  ) async throws(StoreError) -> [StoredWording] {
    try await store.storedWordings(after: number, limit: limit)
  }

  func hasWordings(notBy version: String) async throws(StoreError) -> Bool {
    try await store.hasWordings(notBy: version)
  }

  func remappedWordings() async throws(StoreError) -> [RemappedWording] {
    try await store.remappedWordings()
  }

  func parcels(
    with wordings: Set<Int64>, after done: Int64, limit: Int
  ) async throws(StoreError) -> WordingParcels? {
    try await store.parcels(with: wordings, after: done, limit: limit)
  }

  func journal(
    after seq: Int64, limit: Int
  ) async throws(StoreError) -> [JournalEntry] {
    try await store.journal(after: seq, limit: limit)
  }

  func sources() async throws(StoreError) -> [KnownSource] { try await store.sources() }

  func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace] {
    try await store.abandonedPlaces()
  }

  func heldAccounts() async throws(StoreError) -> [HeldAccount] {
    let accounts = try await store.heldAccounts()
    onHeldAccounts()
    return accounts
  }

  func look(for sightings: [FileSighting]) async throws(StoreError) -> LedgerLook {
    try await store.look(for: sightings)
  }

  func unseen(
    of source: SourceID, besides seen: FileSet
  ) async throws(StoreError) -> UnseenFiles {
    try await store.unseen(of: source, besides: seen)
  }

  func known(
    _ parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> Set<ParcelOfAccount> {
    state.withLock { $0.parcelQuestions += 1 }
    return try await store.known(parcels)
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

  func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline] {
    try await store.timelines(of: parcel, accountID: accountID)
  }

  func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary] {
    try await store.parcels(filter)
  }

  func parcelCount(_ filter: ParcelFilter, most: Int) async throws(StoreError) -> Int {
    try await store.parcelCount(filter, most: most)
  }

  func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) async throws(StoreError) -> EventPage {
    try await store.events(filter, after: seq, limit: limit)
  }

  func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> (corrections: [StatusCorrection], reached: Int64) {
    try await store.corrections(filter, in: range, limit: limit)
  }

  func sites(limit: Int) async throws(StoreError) -> [String] {
    try await store.sites(limit: limit)
  }

  func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] {
    try await store.events(after: seq, limit: limit)
  }

  func files(state: FileState?) async throws(StoreError) -> [LedgerFile] {
    try await store.files(state: state)
  }

  func rejects(
    file: String?, source: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?) {
    try await store.rejects(file: file, source: source, after: cursor, limit: limit)
  }

  func wordings(limit: Int) async throws(StoreError) -> [CountedWording] {
    try await store.wordings(limit: limit)
  }

  func unmapped() async throws(StoreError) -> [UnmappedWording] { try await store.unmapped() }
  func figures() async throws(StoreError) -> StoreFigures { try await store.figures() }
  func counts() async throws(StoreError) -> StoreCounts { try await store.counts() }
  func readNote(_ key: String) async throws(StoreError) -> String? { try await store.readNote(key) }
  func held() async throws(StoreError) -> [HeldSummary] { try await store.held() }
  func skipped() async throws(StoreError) -> [SkippedSummary] { try await store.skipped() }

  func heldRows(of account: AccountPair) async throws(StoreError) -> Int {
    try await store.heldRows(of: account)
  }

  func heldRun(
    of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(StoreError) -> HeldRun? {
    let run = try await store.heldRun(of: account, after: cursor, limit: limit)
    state.withLock { $0.heldRowsRead += run?.rows.count ?? 0 }
    return run
  }

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

  func feeds() async throws(StoreError) -> [FeedRecord] { try await store.feeds() }

  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay] {
    try await store.days(of: service, since: day)
  }

  func forgetDays(before day: CalendarDay) async throws(StoreError) {
    try await store.forgetDays(before: day)
  }

  func standings() async throws(StoreError) -> [ContractStanding] { try await store.standings() }

  func changes(of contract: String) async throws(StoreError) -> [ContractChange] {
    try await store.changes(of: contract)
  }
}
