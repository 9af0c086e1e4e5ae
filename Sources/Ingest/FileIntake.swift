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
  // Both have memory that serves file after file.
  private var reader: TrackingFileReader
  private var packer = EventPacker()

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
      let seconds = source.grace.components.seconds
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
  }

  /// - Parameters:
  ///   - postAction: what is to happen to the file once it is ingested.
  ///   - bytes: where the file's bytes come from.
  mutating func run(
    _ file: FileSighting, postAction: PostAction,
    from bytes: some ByteSource
  ) async throws {
    observer.note(.fileStarted(path: file.path, size: file.size))
    try await begin()
    let patience = try await patience(with: file)
    reader.restart()
    var hash = SHA256()
    var pending: [EventBatch] = []
    var isFirst = true
    var tally = RowTally(path: file.path, observer: observer)
    var failure: FileFailure?

    do {
      var ended = false
      while !ended {
        // Chunks that were read ahead come without waiting, so nothing else would notice.
        try Task.checkCancellation()
        if try await !bytes.supply(&reader, &hash) {
          reader.finish(leavingCutLine: patience != nil)
          ended = true
        }
        while let batch = try reader.next() {
          try await follow()
          try writeLayout(for: batch.encoding)
          let known = try await store.known(inForce.gate.questions(about: batch))
          let gated = inForce.gate.admit(batch, known: known)
          tally.note(gated)
          pending.append(packer.pack(gated))
          let isHeldBack = isFirst && layout.trailer != nil
          if isHeldBack, pending.count < Self.heldBackBatches { continue }
          let part = FilePart(
            file: file, layout: layout.name, written: written.text, isFirst: isFirst,
            header: reader.header, batches: pending, end: nil)
          try await writer.append(part)
          isFirst = false
          pending = []
        }
      }
    } catch let error as FileFailure {
      failure = error
    }
    if let failure, failure.mayHeal, isFirst { pending = [] }
    tally.finish()

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
        postAction: .leave, readAgainAfter: patience)
    }
    try await writer.append(
      FilePart(
        file: file, layout: layout.name, written: written.text, isFirst: isFirst,
        header: reader.header, batches: pending, end: end))
  }

  /// Takes the rules in force for the next batch, where they were exchanged.
  private mutating func follow() async throws(StoreError) {
    guard inForce.isOutdated else { return }
    // Once others are in force, nothing comes in by these any more.
    try await writer.flush()
    try await inForce.take()
  }

  /// Takes the rules in force for the next file; its layout and its status map stay to its end.
  private mutating func begin() async throws(StoreError) {
    try await follow()
    let rules = inForce.rules
    guard rules.revision != layoutRevision else { return }
    layoutRevision = rules.revision
    try await writer.use(rules.statusMap)
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

/// Where the bytes of a file come from.
protocol ByteSource: AnyObject {
  /// Gives the reader the file's next bytes, and hashes them as they came.
  /// - Returns: false at the file's end.
  func supply(_ reader: inout TrackingFileReader, _ hash: inout SHA256) async throws -> Bool
}

/// Tells of the first few rejected and held rows of a file one by one, and of the rest as a number.
private struct RowTally {
  let path: String
  let observer: any IngestObserver
  private var rejected = 0
  private var held = 0

  private static let limit = 10

  init(path: String, observer: any IngestObserver) {
    self.path = path
    self.observer = observer
  }

  mutating func note(_ gated: GatedBatch) {
    for line in gated.batch.malformed.prefix(max(0, Self.limit - rejected)) {
      observer.note(.rowRejected(path: path, line: line.line, reason: line.reason))
    }
    rejected += gated.batch.malformed.count
    for row in gated.held.prefix(max(0, Self.limit - held)) {
      let record = gated.batch.records[Int(row.index)]
      observer.note(
        .rowHeld(
          path: path, line: record.line, account: gated.batch.account(of: record),
          reason: row.reason))
    }
    held += gated.held.count
  }

  func finish() {
    if rejected > Self.limit {
      observer.note(.rowsRejected(path: path, more: rejected - Self.limit))
    }
    if held > Self.limit { observer.note(.rowsHeld(path: path, more: held - Self.limit)) }
  }
}
