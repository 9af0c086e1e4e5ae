import Contract
import Crypto
import ParcelStore
import TrackingFile

/// Takes files through the rooms, one after the other: bytes to records, past the gate, into the
/// writer's group.
struct FileIntake: ~Copyable {
  private var layout: Layout
  /// That of the rules whose layout it is.
  private var layoutRevision: Int
  /// The layout as held rows keep it, and the encoding for which it was written down.
  private var written: (text: String, encoding: TextEncoding)
  private var inForce: GateInForce
  private let store: any StoreReader
  private let writer: GroupWriter
  private let observer: any IngestObserver
  private let drop: Drop?
  // These have memory that serves file after file.
  private var reader: TrackingFileReader
  private var packer = EventPacker()
  private var meanings: WordingMeanings

  /// A file that may prove incomplete is held back up to this many batches: a file that fits is
  /// taken whole or not at all.
  private static let heldBackBatches = 16

  /// What is to be known of a drop to which others write.
  struct Drop: Sendable {
    /// Seconds that a last line without its line end has to be unchanged, before it counts as a line; nil:
    /// the carrier renames files into place.
    var grace: Int64?
    /// Seconds since 1970.
    var now: @Sendable () -> Int64

    init(_ source: DropSource, _ settle: SettleRule, now: @escaping @Sendable () -> Int64) {
      let seconds = source.afterIngest.grace.components.seconds
      grace = settle == .none || seconds == 0 ? nil : seconds
      self.now = now
    }
  }

  /// - Parameter drop: nil: the files are whole.
  init(
    _ inForce: GateInForce, store: any StoreReader, writer: GroupWriter,
    observer: any IngestObserver, drop: Drop? = nil
  ) {
    let layout = inForce.rules.layout
    self.layout = layout
    layoutRevision = inForce.rules.revision
    written = (layout.written, layout.encoding)
    self.inForce = inForce
    self.store = store
    self.writer = writer
    self.observer = observer
    self.drop = drop
    reader = TrackingFileReader(layout: layout)
    meanings = WordingMeanings(by: inForce.rules.statusMap)
  }

  /// - Parameters:
  ///   - postAction: what is to happen to the file once it is ingested.
  ///   - chunks: the open file.
  mutating func run(
    _ file: FileSighting, postAction: PostAction, from chunks: some ChunkSource
  ) async throws {
    observer.report(.fileStarted(path: file.path, size: file.size))
    try await takeRulesForFile()
    let patience = try await patience(with: file)
    reader.restart()
    var hash = SHA256()
    var pending: [EventBatch] = []
    var isFirst = true
    var tally = RowTally(path: file.path, observer: observer)
    var failure: FileFailure?

    do {
      reading: while true {
        switch try reader.next() {
        case .needsChunk:
          // Chunks that were read ahead come without waiting, so nothing else would notice.
          try Task.checkCancellation()
          if let chunk = try await chunks.next() {
            chunk.withUnsafeBytes { hash.update(bufferPointer: $0) }
            reader.supply(chunk)
          } else {
            reader.finish(patience == nil ? .whole : .mayBeCut)
          }
        case .batch(let batch):
          try await takeRulesForBatch()
          try writeLayout(for: batch.encoding)
          let gated = try await inForce.admit(batch)
          tally.count(gated)
          pending.append(packer.pack(gated, meanings: &meanings))
          let isHeldBack = isFirst && layout.trailer != nil
          if isHeldBack, pending.count < Self.heldBackBatches { continue }
          try await writer.append(part(of: file, isFirst: isFirst, pending, end: nil))
          isFirst = false
          pending = []
        case .ended: break reading
        }
      }
    } catch let error as FileFailure {
      failure = error
    }
    if let failure, failure.mayHeal, isFirst { pending = [] }
    tally.reportRest()

    // A file that is not complete is not worth another look before it changes, if that can be seen.
    var end = FileEnd(
      isFinal: failure?.mayHeal != true || file.size != nil,
      state: failure.map { $0.mayHeal ? .settling : .failed } ?? .ingested,
      sha256: failure == nil ? Array(hash.finalize()) : nil,
      error: failure?.description, postAction: failure == nil ? postAction : .leave)
    if failure == nil, let patience, reader.cutLineBytes > 0 {
      end = FileEnd(
        isFinal: true, state: .settling, sha256: nil,
        error: "its last \(reader.cutLineBytes) bytes have no line end yet, or an open quote; "
          + "they are read once the file was unchanged for \(patience) s",
        postAction: .leave)
      end.readAgainAfter = patience
    }
    try await writer.append(part(of: file, isFirst: isFirst, pending, end: end))
  }

  private func part(
    of file: FileSighting, isFirst: Bool, _ batches: [EventBatch], end: FileEnd?
  ) -> FilePart {
    var part = FilePart(
      file: file, layout: layout.name,
      origin: .reading(isFirst: isFirst, header: reader.header), batches: batches, end: end)
    part.written = written.text
    return part
  }

  /// Takes the rules in force for the next batch, where they were exchanged.
  private mutating func takeRulesForBatch() async throws(StoreError) {
    guard inForce.isOutdated else { return }
    // Once others are in force, nothing comes in by these any more.
    try await writer.flush()
    try await inForce.take()
  }

  /// Takes the rules in force for the next file; its layout and its status map stay to its end.
  private mutating func takeRulesForFile() async throws(StoreError) {
    try await takeRulesForBatch()
    let rules = inForce.rules
    guard rules.revision != layoutRevision else { return }
    layoutRevision = rules.revision
    meanings.use(rules.statusMap)
    guard rules.layout != layout else { return }
    layout = rules.layout
    written = (layout.written, layout.encoding)
    reader = TrackingFileReader(layout: layout)
  }

  /// Writes the layout down anew for a file whose texts are not as the layout says: UTF-16 was made UTF-8.
  private mutating func writeLayout(for encoding: TextEncoding) throws(LayoutError) {
    guard encoding != written.encoding else { return }
    written = (try layout.reading(encoding).written, encoding)
  }

  /// How long a last line of the file without its line end has to wait; nil when it need not.
  private func patience(with file: FileSighting) async throws(StoreError) -> Int64? {
    // A closing line tells by itself whether a file is whole.
    guard let drop, let grace = drop.grace, layout.trailer == nil else { return nil }
    guard let seenAt = try await store.seenAt(file) else { return grace }
    let age = drop.now() - seenAt
    return age >= grace ? nil : grace
  }

  /// Notes a file that could not be fetched (to its end); the next look tries again.
  func fail(_ file: FileSighting, _ state: FileState, _ error: String) async throws {
    try await writer.append(.unread(file, layout: layout.name, state, error: error))
  }
}

extension FilePart {
  /// The end of a file that could not be read (to its end); the next look tries again.
  static func unread(
    _ file: FileSighting, layout: String, _ state: FileState, error: String
  ) -> FilePart {
    let end = FileEnd(
      isFinal: false, state: state, sha256: nil, error: error, postAction: .leave)
    return FilePart(unread: file, layout: layout, end: end)
  }
}
