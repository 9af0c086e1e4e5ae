import Archive
import Contract
import Crypto
import ParcelStore
import TrackingFile

/// Ingests one file after the other: it parses chunks of bytes into records, asks the gate which rows may come
/// in, and gives the events to the `GroupWriter`.
struct FileIntake: ~Copyable {
  private(set) var layout: Layout
  /// The revision of the rules that `layout` is from.
  private var layoutRevision: Int
  /// The layout of the file in hand, as text: it is stored with held rows.
  private var written: WrittenReading
  private var inForce: GateInForce
  let store: any StoreReader
  let writer: GroupWriter
  let observer: any IngestObserver
  private let drop: Drop?
  // These keep their memory from file to file.
  private var reader: TrackingFileReader
  private var packer = EventPacker()
  private var meanings: WordingMeanings

  /// Which members of archives are passed over.
  var memberFilter = FileFilter.ofMembers

  /// When this process saw the file in hand first; nil: it is no file of a drop.
  var seenAt: ContinuousClock.Instant?

  /// By which this worker reads the file in hand; nil: nobody else does.
  var claim: Int64?

  /// Whether copies of files are kept where the rules ask for them; not in a dry run.
  var keepsCopies = true
  /// The file of which a copy is kept; nil: none is being read.
  private(set) var copy: CopiedFile?

  /// With a trailer in the layout, a file may turn out to be incomplete at its end. Up to this many batches
  /// wait for the end, so that a file of that size comes in whole or not at all.
  private static let heldBackBatches = 16

  /// What to know about files that somebody may still be writing.
  struct Drop: Sendable {
    /// How many seconds a file must be unchanged before a last line without line end counts as complete; nil:
    /// it does at once, as the carrier renames complete files or vouches for them.
    var grace: Int64?
    /// Seconds since 1970.
    var now: @Sendable () -> Int64

    init(_ source: DropSource, _ settle: SettleRule, now: @escaping @Sendable () -> Int64) {
      let seconds = source.afterIngest.grace.components.seconds
      grace = settle.isSaidByCarrier || seconds == 0 ? nil : seconds
      self.now = now
    }
  }

  /// - Parameter drop: nil if all files are complete.
  init(
    _ inForce: GateInForce, store: any StoreReader, writer: GroupWriter,
    observer: any IngestObserver, drop: Drop? = nil
  ) {
    let layout = inForce.rules.layout
    self.layout = layout
    layoutRevision = inForce.rules.revision
    written = WrittenReading(layout)
    self.inForce = inForce
    self.store = store
    self.writer = writer
    self.observer = observer
    self.drop = drop
    reader = TrackingFileReader(layout: layout)
    meanings = WordingMeanings(by: inForce.rules.statusMap)
  }

  /// Ingests one file. If the file itself is bad, that is stored as its state and nothing is thrown.
  /// - Parameters:
  ///   - postAction: what is to happen to the file after it was ingested.
  ///   - chunks: the open file.
  /// - Throws: errors of `chunks` and of the store.
  mutating func run(
    _ file: FileSighting, postAction: PostAction, from chunks: some ChunkSource
  ) async throws {
    observer.report(.fileStarted(path: file.path, size: file.size))
    try await takeRulesForFile()
    try Task.checkCancellation()
    copy =
      keepsCopies && inForce.rules.rawRetention != nil
      ? CopiedFile(chunks, of: file, to: writer, claim: claim) : nil
    defer { copy = nil }
    let begun = BegunFile(copy ?? chunks)
    if ZIPReader.recognises(try await begun.beginning(ZIPReader.markLength)) {
      return try await readArchive(file, postAction: postAction, from: begun)
    }
    let patience = try await patience(with: file)
    var reading = try await read(file, at: file.path, from: begun, patience: patience)
    if reading.end.state == .ingested { reading.end.postAction = postAction }
    try await writer.append(
      part(of: file, isFirst: reading.isFirst, reading.pending, end: reading.end))
  }

  /// Whether other processes may read the same files.
  var isOfDrop: Bool { drop != nil }

  /// Reads one file, and gives its rows to the writer but for the last ones.
  /// - Parameters:
  ///   - path: what the layout takes from a path, it takes from this one.
  ///   - patience: as `patience(with:)` gives it.
  mutating func read(
    _ file: FileSighting, at path: String, from chunks: any ChunkSource, patience: Int64?
  ) async throws -> FileReading {
    reader.restart(path: path)
    // If the path names no account, the reader fails.
    if layout.takesFromPath {
      written = WrittenReading((try? layout.reading(fileAt: path)) ?? layout)
    }
    var hash = SHA256()
    var size: Int64 = 0
    var pending: [EventBatch] = []
    var isFirst = true
    var rowsAreGiven = false
    var tally = RowTally(path: file.path, observer: observer)
    var failure: FileFailure?

    do {
      reading: while true {
        switch try reader.next() {
        case .needsChunk:
          // `next()` does not wait for a chunk that was read ahead, so it may not notice a cancellation.
          try Task.checkCancellation()
          if let chunk = try await chunks.next() {
            chunk.withUnsafeBytes { hash.update(bufferPointer: $0) }
            size += Int64(chunk.count)
            reader.supply(chunk)
            try await giveCopyIfFull(of: file, isFirst: &isFirst)
          } else {
            reader.finish(patience == nil ? .whole : .mayBeCut)
          }
        case .batch(let batch):
          try await takeRulesForBatch()
          try written.use(batch.encoding)
          let gated = try await inForce.admit(batch)
          tally.count(gated)
          pending.append(packer.pack(gated, meanings: &meanings))
          let isHeldBack = !rowsAreGiven && layout.trailer != nil
          if isHeldBack, pending.count < Self.heldBackBatches { continue }
          try await writer.append(part(of: file, isFirst: isFirst, pending, end: nil))
          isFirst = false
          rowsAreGiven = true
          pending = []
        case .ended: break reading
        }
      }
    } catch let error as FileFailure {
      failure = error
    }
    if let failure, failure.mayHeal, !rowsAreGiven { pending = [] }
    try await finishCopy(of: file, isFirst: &isFirst)
    tally.reportRest()
    if let doubt = reader.doubt {
      observer.report(.fileDoubtful(path: file.path, doubt: "\(doubt)"))
    }

    // An incomplete file is not read again before it changes, provided that the server gives its size.
    var end = FileEnd(
      isFinal: failure?.mayHeal != true || file.size != nil,
      state: failure.map { $0.mayHeal ? .settling : .failed } ?? .ingested,
      sha256: failure == nil ? Array(hash.finalize()) : nil,
      error: failure?.description, postAction: .leave)
    if failure == nil, let patience, reader.cutLineBytes > 0 {
      end = FileEnd(
        isFinal: true, state: .settling, sha256: nil,
        error: "its last \(reader.cutLineBytes) bytes have no line end yet, or an open quote; "
          + "they are read once the file was unchanged for \(patience) s",
        postAction: .leave)
      end.readAgainAfter = patience
    }
    return FileReading(
      pending: pending, isFirst: isFirst, end: end, size: size, rows: reader.rows,
      rejected: tally.rejected)
  }

  func part(
    of file: FileSighting, isFirst: Bool, _ batches: [EventBatch], end: FileEnd?
  ) -> FilePart {
    var part = FilePart(
      file: file, layout: layout.name,
      origin: .reading(isFirst: isFirst, header: reader.header), batches: batches, end: end)
    part.written = written.text
    part.seenAt = seenAt
    part.claim = claim
    part.raw = copy?.give(with: file, isEnd: end != nil)
    return part
  }

  /// Takes the current rules for the next batch if they were replaced.
  private mutating func takeRulesForBatch() async throws(StoreError) {
    guard inForce.isOutdated else { return }
    // Rows that were let in by the old rules are committed before the new ones are in force.
    try await writer.flush()
    try await inForce.take()
  }

  /// Takes the current rules for the next file. A file is read to its end by one layout and one status map.
  private mutating func takeRulesForFile() async throws(StoreError) {
    try await takeRulesForBatch()
    packer.oldest = inForce.oldestEvent
    let rules = inForce.rules
    guard rules.revision != layoutRevision else { return }
    layoutRevision = rules.revision
    meanings.use(rules.statusMap)
    guard rules.layout != layout else { return }
    layout = rules.layout
    written = WrittenReading(layout)
    reader = TrackingFileReader(layout: layout)
  }

  /// How many seconds a last line without line end has to wait; nil if it counts at once.
  private func patience(with file: FileSighting) async throws(StoreError) -> Int64? {
    // With a trailer the file itself says whether it is complete.
    guard let drop, let grace = drop.grace, layout.trailer == nil else { return nil }
    guard let seenAt = try await store.seenAt(file) else { return grace }
    let age = drop.now() - seenAt
    return age >= grace ? nil : grace
  }

  /// Records that a file could not be fetched to its end; the next poll tries again.
  func fail(_ file: FileSighting, _ state: FileState, _ error: String) async throws {
    try await writer.append(
      .unread(file, layout: layout.name, state, error: error, claim: claim))
  }
}

/// The layout by which a file is read, as text.
private struct WrittenReading {
  private(set) var text: String
  private(set) var layout: Layout

  init(_ layout: Layout) {
    self.layout = layout
    text = layout.written
  }

  /// Takes the encoding of the file's lines, which may be another one than the layout says: UTF-16 was turned
  /// into UTF-8.
  mutating func use(_ encoding: TextEncoding) throws(LayoutError) {
    guard encoding != layout.encoding else { return }
    self = WrittenReading(try layout.reading(encoding))
  }
}

extension FilePart {
  /// The end of a file that could not be read to its end; the next poll tries again.
  static func unread(
    _ file: FileSighting, layout: String, _ state: FileState, error: String, claim: Int64?
  ) -> FilePart {
    let end = FileEnd(
      isFinal: false, state: state, sha256: nil, error: error, postAction: .leave)
    var part = FilePart(unread: file, layout: layout, end: end)
    part.claim = claim
    return part
  }
}
